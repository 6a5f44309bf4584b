import { createHash } from 'node:crypto';
import type { BoundGraph, BoundNode } from '#lib/bind/types.ts';
import type { NodeId } from '#lib/graph/ids.ts';

/** What computes rows, by name and version: other rows may come out where they change. */
export interface Versions {
  /** Of what runs SQL. */
  engineVersion: string;
  /** Of what runs code. */
  codeVersion: string;
}

/** Raised where what was kept with rows, such as their counts, could be wrong: none of it is found again. */
const KEPT_VERSION = 2;

export interface KeyOptions extends Versions {
  /** Whose results these are: nobody's rows are found under the key of somebody else. */
  scope: string;
}

/**
 * A key for each node's rows: two nodes of equal key give equal rows. It covers what the node compiles to, the values
 * of the parameters it uses, its source's fingerprint, everything upstream and the engine that computes it.
 * Null for what may differ from run to run (volatile functions, sources without a fingerprint) and all that reads it.
 */
export function contentKeys(graph: BoundGraph, options: KeyOptions): Map<NodeId, string | null> {
  const keys = new Map<NodeId, string | null>();
  for (const node of graph.nodes) {
    const upstream = upstreamOf(node).map((id) => keys.get(id) ?? null);
    keys.set(
      node.id,
      isRepeatable(node) && !upstream.includes(null)
        ? hashOf({
            ...contentOf(node, graph),
            engineVersion: versionFor(node, options),
            keptVersion: KEPT_VERSION,
            scope: options.scope,
            upstream,
          })
        : null,
    );
  }
  return keys;
}

/** What a node's rows are computed by. Code has its rows from the database, and hands its own back to that. */
export function versionFor(node: BoundNode, { engineVersion, codeVersion }: Versions): string {
  return node.kind === 'code' ? `${engineVersion}, ${codeVersion}` : engineVersion;
}

/** The nodes whose rows it reads, once per edge or master reference, in an order that means something. */
export function upstreamOf(node: BoundNode): NodeId[] {
  return [...node.inputs.flatMap((port) => port.edges.map((edge) => edge.edge.source)), ...node.masters];
}

/** True where running it again over the same inputs gives the same rows, and the person wants no other. */
function isRepeatable(node: BoundNode): boolean {
  if (node.volatile || node.node.cache === 'always-run') return false;
  if (node.kind !== 'source' || node.relation.op === 'values') return true;
  return (node.source?.fingerprint ?? null) !== null;
}

/** What a node's rows depend on besides the rows that it reads. */
export function contentOf(node: BoundNode, graph: BoundGraph) {
  return {
    type: node.definition.type,
    version: node.definition.version,
    config: node.config,
    relation: node.relation,
    inputs: node.inputs.map((port) => ({
      port: port.port,
      rule: port.rule,
      relation: port.relation,
      edges: port.edges.map((edge) => [edge.sourcePort, edge.alias, edge.relation]),
    })),
    parameters: Object.fromEntries(node.parameters.map((name) => [name, graph.parameters[name] ?? null])),
    fingerprint: node.source?.fingerprint ?? null,
  };
}

/** SHA-256 of a value as JSON, whatever the order in which its objects were built. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(stableJson(value)).digest('hex');
}

function stableJson(value: unknown): string {
  const sorted = (_key: string, inner: unknown): unknown =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner;
  return JSON.stringify([value], sorted);
}

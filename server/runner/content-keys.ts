import { createHash } from 'node:crypto';
import type { BoundGraph, BoundNode } from '#lib/bind/types.ts';
import type { NodeId } from '#lib/graph/ids.ts';

/**
 * A key for each node's rows: two nodes of equal key give equal rows. It covers what the node compiles to, the values
 * of the parameters it uses, its source's fingerprint, everything upstream and the engine that computes it.
 * Null for what may differ from run to run (volatile functions, sources without a fingerprint) and all that reads it.
 */
export function contentKeys(graph: BoundGraph, engineVersion: string): Map<NodeId, string | null> {
  const keys = new Map<NodeId, string | null>();
  for (const node of graph.nodes) {
    const upstream = [
      ...node.inputs.flatMap((port) => port.edges.map((edge) => edge.edge.source)),
      ...node.masters,
    ].map((id) => keys.get(id) ?? null);
    keys.set(
      node.id,
      isRepeatable(node) && !upstream.includes(null)
        ? keyOf(node, graph, [engineVersion, ...upstream])
        : null,
    );
  }
  return keys;
}

function isRepeatable(node: BoundNode): boolean {
  if (node.volatile || node.node.cache === 'always-run' || node.node.cache === 'never-keep') return false;
  if (node.kind !== 'source' || node.relation.op === 'values') return true;
  return (node.source?.fingerprint ?? null) !== null;
}

function keyOf(node: BoundNode, graph: BoundGraph, upstream: (string | null)[]): string {
  const content = {
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
    parameters: node.parameters.toSorted().map((name) => [name, graph.parameters[name] ?? null]),
    fingerprint: node.source?.fingerprint ?? null,
    upstream,
  };
  return createHash('sha256').update(stableJson(content)).digest('hex');
}

/** JSON with keys in alphabetical order, so that the way an object was built does not show. */
function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

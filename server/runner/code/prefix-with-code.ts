import type { BoundGraph, BoundNode } from '#lib/bind/types.ts';
import type { NodeId } from '#lib/graph/ids.ts';
import type { SegmentStep } from '#server/engines/duckdb/engine.ts';
import { prefixOf, prefixSteps } from '../execute/segment-request.ts';
import { withCodeRows, type CodeSurroundings } from './run-code.ts';

/** What a prefix is computed with; `sourceRows`: over the first rows of each source, null for all of them. */
export type PrefixSurroundings = Omit<CodeSurroundings, 'reads' | 'steps'> & { sourceRows: number | null };

/**
 * The steps that compute a prefix from its sources, ready for the engine: code on the way is run first, and its rows are
 * there as long as `work` takes.
 */
export async function withPrefixSteps<T>(
  prefix: readonly BoundNode[],
  around: PrefixSurroundings,
  work: (steps: SegmentStep[]) => Promise<T>,
): Promise<T> {
  return withSteps({ prefix, around, loaded: new Map() }, work);
}

interface Open {
  prefix: readonly BoundNode[];
  around: PrefixSurroundings;
  loaded: ReadonlyMap<NodeId, string>;
}

async function withSteps<T>(
  { prefix, around, loaded }: Open,
  work: (steps: SegmentStep[]) => Promise<T>,
): Promise<T> {
  const next = prefix.find((node) => node.relation.op === 'code' && !loaded.has(node.id));
  if (!next) return work(limitedSteps(prefix, around, loaded));
  const before = nodesBefore(next, around.graph, prefix);
  const steps = limitedSteps(before, around, loaded);
  return withCodeRows(next, { ...around, reads: [], steps }, ({ sql }) =>
    withSteps({ prefix, around, loaded: new Map([...loaded, [next.id, sql]]) }, work),
  );
}

/** What must be computed before a node. */
function nodesBefore(node: BoundNode, graph: BoundGraph, prefix: readonly BoundNode[]): BoundNode[] {
  const nodes = new Map([...graph.nodes, ...prefix].map((one) => [one.id, one]));
  return prefixOf(node.id, { nodes, results: new Map() }).filter(({ id }) => id !== node.id);
}

function limitedSteps(
  prefix: readonly BoundNode[],
  { sourceRows }: PrefixSurroundings,
  loaded: ReadonlyMap<NodeId, string>,
): SegmentStep[] {
  const sources = new Set<string>(prefix.filter((node) => node.kind === 'source').map((node) => node.id));
  return prefixSteps(prefix, loaded).map((step) =>
    sourceRows === null || !sources.has(step.nodeId)
      ? step
      : { ...step, knownRows: null, sql: `SELECT * FROM (${step.sql}) LIMIT ${sourceRows}` },
  );
}

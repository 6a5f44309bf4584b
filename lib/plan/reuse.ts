import type { BoundNode } from '../bind/types.ts';
import type { NodeId } from '../graph/ids.ts';
import type { Artefact, RunPlan } from './types.ts';
import type { Scope } from './scope.ts';

export interface Reuse {
  /** Nodes that must run, topological. */
  running: BoundNode[];
  reused: RunPlan['reused'];
  covered: RunPlan['covered'];
}

/**
 * Decides, from the ends upwards, which nodes run: one runs when it has no good result and somebody runs who reads it
 * (or nobody reads it at all). What only reused nodes would have read is covered by them.
 */
export function reuseOf(scope: Scope, artefacts: ReadonlyMap<NodeId, Artefact>): Reuse {
  const ids = new Set(scope.nodes.map((node) => node.id));
  const readers = new Map<NodeId, NodeId[]>(scope.nodes.map((node) => [node.id, []]));
  for (const node of scope.nodes) {
    for (const id of new Set(node.dependsOn)) if (ids.has(id)) readers.get(id)?.push(node.id);
  }
  const running = new Set<NodeId>();
  const covered: RunPlan['covered'] = [];
  const reused: RunPlan['reused'] = [];
  for (const node of scope.nodes.toReversed()) {
    const artefact = scope.fresh.has(node.id) ? undefined : artefacts.get(node.id);
    const coveringReader = coveredBy(readers.get(node.id) ?? [], running);
    if (artefact)
      reused.unshift({
        nodeId: node.id,
        artefact,
        reason: 'Its settings, its inputs and its sources are the same as in the earlier run.',
      });
    else if (coveringReader !== null && !scope.fresh.has(node.id))
      covered.unshift({ nodeId: node.id, by: coveringReader });
    else running.add(node.id);
  }
  return { running: scope.nodes.filter((node) => running.has(node.id)), reused, covered };
}

/** The first reader, where there are readers and none of them runs. */
function coveredBy(readers: readonly NodeId[], running: ReadonlySet<NodeId>): NodeId | null {
  return readers.some((id) => running.has(id)) ? null : (readers[0] ?? null);
}

import type { BoundNode } from '../bind/types.ts';
import type { NodeId } from '../graph/ids.ts';
import { readsOrder } from './order.ts';
import type { Readers } from './readers.ts';

/**
 * The nodes whose promised order somebody sees: at an end of the pipeline, in a node whose answer rests on it, or further
 * down, handed on from node to node. `nodes` are topological.
 */
export function orderObserved(nodes: readonly BoundNode[], readersOf: Readers): Set<NodeId> {
  const observed = new Set<NodeId>();
  for (const node of nodes.toReversed()) {
    if (!node.ordered) continue;
    const readers = readersOf.get(node.id) ?? [];
    if (readers.length === 0 || readers.some((reader) => readsOrder(reader) || observed.has(reader.id)))
      observed.add(node.id);
  }
  return observed;
}

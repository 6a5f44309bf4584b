import type { BoundGraph, BoundNode } from '../bind/types.ts';
import type { NodeId } from '../graph/ids.ts';
import { readsOrder } from './order.ts';
import { readersByNode } from './readers.ts';

/**
 * Lets a sort decide between rows that its keys leave equal only where somebody further down looks at the place of a row:
 * anywhere else the same rows come out, and it is work for nothing.
 */
export function settleTies(graph: BoundGraph): BoundGraph {
  const readers = readersByNode(graph.nodes);
  /** Nodes of whose rows somebody looks at the place. */
  const placed = new Set<NodeId>();
  for (const node of graph.nodes.toReversed()) {
    const looks = (reader: BoundNode) =>
      readsOrder(reader) || (placed.has(reader.id) && reader.ordered && reader.relation.op !== 'sort');
    if ((readers.get(node.id) ?? []).some(looks)) placed.add(node.id);
  }
  return { ...graph, nodes: graph.nodes.map((node) => (placed.has(node.id) ? node : withoutTies(node))) };
}

function withoutTies(node: BoundNode): BoundNode {
  if (node.relation.op !== 'sort' || node.relation.ties === undefined) return node;
  const { op, input, keys } = node.relation;
  return { ...node, relation: { op, input, keys } };
}

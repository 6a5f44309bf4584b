import type { BoundNode } from '../bind/types.ts';
import type { NodeId } from '../graph/ids.ts';

/** Who reads each node: once per edge, and once per node that names it as master data. */
export type Readers = ReadonlyMap<NodeId, readonly BoundNode[]>;

/** What a node reads, once per edge or master reference; a node may stand in it twice. */
export function inputsOf(node: BoundNode): NodeId[] {
  return [...node.inputs.flatMap((port) => port.edges.map((edge) => edge.edge.source)), ...node.masters];
}

/** The readers of these nodes among themselves. */
export function readersByNode(nodes: readonly BoundNode[]): Readers {
  const readers = new Map<NodeId, BoundNode[]>(nodes.map((node) => [node.id, []]));
  for (const node of nodes) for (const id of inputsOf(node)) readers.get(id)?.push(node);
  return readers;
}

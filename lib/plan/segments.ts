import type { BoundNode } from '../bind/types.ts';
import type { NodeId } from '../graph/ids.ts';
import { inputsOf } from './readers.ts';
import { readsOrder } from './order.ts';
import { ancestors } from './scope.ts';
import type { Segment } from './types.ts';

/**
 * One segment per cut: the cut node and, below it, everything that no other cut keeps. Segments of master data and of
 * what it needs come first, and every other segment waits for them. `running` is topological.
 */
export function segmentsOf(running: readonly BoundNode[], cuts: ReadonlyMap<NodeId, string>): Segment[] {
  const byId = new Map(running.map((node) => [node.id, node]));
  const position = new Map(running.map((node, index) => [node.id, index]));
  const drafts = [...cuts].map(([output, reason]) => {
    const members = membersOf(output, byId, cuts).sort(
      (a, b) => (position.get(a.id) ?? 0) - (position.get(b.id) ?? 0),
    );
    return draftSegment(members, reason, byId);
  });
  const forMasters = ancestors(
    running,
    new Set(running.filter((node) => node.node.masterData).map((node) => node.id)),
  );
  const isFirst = (segment: Segment) => forMasters.has(segment.output);
  const masterSegments = drafts.filter((segment) => byId.get(segment.output)?.node.masterData);
  const ordered = [...drafts.filter(isFirst), ...drafts.filter((segment) => !isFirst(segment))];
  return withOwners(ordered).map((segment) => ({
    ...segment,
    dependsOn: unique([
      ...segment.reads.filter((id) => cuts.has(id)),
      ...(isFirst(segment) ? [] : masterSegments.map((master) => master.id)),
    ]),
  }));
}

/** A node that several segments compute belongs to the first of them. */
function withOwners(segments: readonly Segment[]): Segment[] {
  const owned = new Set<NodeId>();
  return segments.map((segment) => {
    const repeats = segment.nodes.filter((id) => owned.has(id));
    const nodes = segment.nodes.filter((id) => !owned.has(id));
    for (const id of nodes) owned.add(id);
    return { ...segment, nodes, repeats };
  });
}

function membersOf(
  output: NodeId,
  byId: ReadonlyMap<NodeId, BoundNode>,
  cuts: ReadonlyMap<NodeId, string>,
): BoundNode[] {
  const members = new Set<BoundNode>();
  const open = [output];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = byId.get(id);
    if (!node || members.has(node)) continue;
    members.add(node);
    open.push(...inputsOf(node).filter((input) => byId.has(input) && !cuts.has(input)));
  }
  return [...members];
}

/** A segment is named after the node it ends in; a read that is no running node is a reused result. */
function draftSegment(
  members: readonly BoundNode[],
  reason: string,
  byId: ReadonlyMap<NodeId, BoundNode>,
): Segment {
  const output = members.at(-1);
  if (!output) throw new Error('a segment has at least the node it ends in');
  const inside = new Set(members.map((node) => node.id));
  return {
    id: output.id,
    nodes: members.map((node) => node.id),
    output: output.id,
    repeats: [],
    reads: unique(members.flatMap(inputsOf).filter((id) => !inside.has(id))),
    dependsOn: [],
    // What code gives is kept in the order in which it comes.
    ordered:
      restsOnInsertion(output, members) ||
      output.kind === 'code' ||
      members.some((node) => orderMatters(node, members, byId)),
    target: output.kind === 'destination' ? 'destination' : 'stage',
    reason,
  };
}

/**
 * True where a node promises an order that is kept only as long as rows stay in the order in which they are read. The
 * order that a sort makes holds in any case.
 */
function restsOnInsertion(node: BoundNode, members: readonly BoundNode[]): boolean {
  if (!node.ordered || node.relation.op === 'sort') return false;
  const [only, ...others] = inputsOf(node);
  const input = members.find(({ id }) => id === only);
  return node.relation.op === 'query' || !input || others.length > 0 || restsOnInsertion(input, members);
}

/** True where a node's answer rests on such an order of an input; a reused input counts as promising one. */
function orderMatters(
  node: BoundNode,
  members: readonly BoundNode[],
  byId: ReadonlyMap<NodeId, BoundNode>,
): boolean {
  if (!readsOrder(node)) return false;
  return inputsOf(node).some((id) => {
    const input = byId.get(id);
    if (!input || !members.includes(input)) return input?.ordered ?? true;
    return restsOnInsertion(input, members);
  });
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

import type { BoundNode } from '../bind/types.ts';
import type { NodeId } from '../graph/ids.ts';
import { partsOf } from '../sql/relation-parts.ts';
import { readsOrder } from './order.ts';
import type { PlanOptions } from './types.ts';

/**
 * DuckDB plans a chain of 50 nodes in 8 ms, one of 200 in 150 ms or more, and beyond about 500 it exceeds its own depth.
 * A result staged every so many nodes costs less than that, and the samples along the way start from it.
 */
const MAX_SEGMENT_NODES = 64;

/** How often each node is read by nodes that run: once per edge, and once per node that names it as master data. */
function readsByNode(nodes: readonly BoundNode[]): Map<NodeId, number> {
  const reads = new Map<NodeId, number>(nodes.map((node) => [node.id, 0]));
  for (const node of nodes) {
    for (const id of inputsOf(node)) reads.set(id, (reads.get(id) ?? 0) + 1);
  }
  return reads;
}

/** What a node reads, once per edge or master reference; a node may stand in it twice. */
export function inputsOf(node: BoundNode): NodeId[] {
  return [...node.inputs.flatMap((port) => port.edges.map((edge) => edge.edge.source)), ...node.masters];
}

/**
 * The nodes whose rows are kept, and why, in words; every other node melts into the statement of its only reader.
 * `nodes` are those that run, topological.
 */
export function chooseCuts(
  nodes: readonly BoundNode[],
  options: Pick<PlanOptions, 'staging' | 'counts'>,
): Map<NodeId, string> {
  const reads = readsByNode(nodes);
  const readers = readersByNode(nodes);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const cuts = new Map<NodeId, string>();
  /** Nodes whose count does not suffer when their reader stops early. */
  const counted = new Set<NodeId>();
  /** Nodes of the statement that ends in this node so far. */
  const sizes = new Map<NodeId, number>();
  for (const node of nodes) {
    const reader = readers.get(node.id);
    const isCounted = countSurvives(node, cuts, counted);
    if (isCounted) counted.add(node.id);
    const size = 1 + inputsOf(node).reduce((sum, id) => sum + (cuts.has(id) ? 0 : (sizes.get(id) ?? 0)), 0);
    sizes.set(node.id, size);
    const reason =
      options.staging === 'all'
        ? 'staging is set to all'
        : reasonToCut(node, reads.get(node.id) ?? 0, reader);
    const isFixed =
      !node.volatile && !(readsOrder(node) && inputsOf(node).some((id) => byId.get(id)?.ordered === false));
    if (reason !== null) cuts.set(node.id, reason);
    else if (options.counts === 'exact' && !isCounted && reader && stopsEarly(reader))
      cuts.set(node.id, `${reader.name} stops reading early, and every row is to be counted`);
    else if (!isFixed) cuts.set(node.id, 'its rows might differ if they were computed again');
    else if (size >= MAX_SEGMENT_NODES)
      cuts.set(node.id, `a statement holds at most ${MAX_SEGMENT_NODES} nodes`);
  }
  return cuts;
}

function readersByNode(nodes: readonly BoundNode[]): Map<NodeId, BoundNode> {
  return new Map(nodes.flatMap((node) => inputsOf(node).map((id) => [id, node] as const)));
}

function reasonToCut(node: BoundNode, reads: number, reader: BoundNode | undefined): string | null {
  if (node.kind === 'destination') return 'it writes its rows out';
  if (node.node.masterData) return 'it is master data, which every node may read';
  if (reads === 0 || reader === undefined) return 'nothing reads it further';
  if (reads > 1) return `${reads} inputs read it`;
  return reasonOfItsOwn(node) ?? reasonOfReader(reader);
}

function reasonOfItsOwn(node: BoundNode): string | null {
  if (node.kind === 'code') return 'it runs outside the database';
  if (
    node.kind === 'source' &&
    node.source !== null &&
    node.source.scan === null &&
    node.relation.op !== 'values'
  )
    return 'its rows are fetched first';
  if (node.node.timeoutMs !== undefined) return 'it has a time limit of its own';
  return null;
}

function reasonOfReader(reader: BoundNode): string | null {
  if (reader.kind === 'code') return `${reader.name} runs outside the database and reads it`;
  if (reader.node.timeoutMs !== undefined) return `${reader.name} has a time limit of its own`;
  return null;
}

/** A LIMIT ends the work below it as soon as it has enough; the counts there would be of what was read so far. */
function stopsEarly(node: BoundNode): boolean {
  return partsOf(node.relation).some(
    (part) =>
      part.op === 'limit' ||
      (part.op === 'query' &&
        /\b(limit|fetch)\b/i.test(part.query.kind === 'checked' ? part.query.sql : part.query.text)),
  );
}

/** A file has a row count of its own, a sort reads all its input first, and what neither adds nor drops rows has its input's count. */
function countSurvives(
  node: BoundNode,
  cuts: ReadonlyMap<NodeId, string>,
  counted: ReadonlySet<NodeId>,
): boolean {
  if (node.kind === 'source' || node.relation.op === 'sort') return true;
  return node.rows === 'same' && inputsOf(node).every((id) => cuts.has(id) || counted.has(id));
}

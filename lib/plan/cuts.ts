import type { BoundNode } from '../bind/types.ts';
import type { NodeId } from '../graph/ids.ts';
import { partsOf } from '../sql/relation-parts.ts';
import { orderObserved } from './order-observed.ts';
import { readsOrder } from './order.ts';
import { inputsOf, readersByNode, type Readers } from './readers.ts';
import { isRowByRow, isScannedInPlace } from './sampling.ts';
import type { PlanOptions } from './types.ts';

/**
 * DuckDB plans a chain of 50 nodes in 8 ms, one of 200 in 150 ms or more, and beyond about 500 it exceeds its own depth.
 * A result staged every so many nodes costs less than that, and the samples along the way start from it.
 */
const MAX_SEGMENT_NODES = 64;

/** In how many statements nodes that are cheap to repeat are computed, before it is better to keep their rows. */
const MAX_REPEATS = 3;

/**
 * The nodes whose rows are kept, and why, in words; every other node melts into the statement of its readers.
 * `nodes` are those that run, topological.
 */
export function chooseCuts(
  nodes: readonly BoundNode[],
  options: Pick<PlanOptions, 'staging' | 'counts'>,
): Map<NodeId, string> {
  const readers = readersByNode(nodes);
  const observed = orderObserved(nodes, readers);
  const hasty = new Set(nodes.filter(stopsEarly));
  const readOrders = new Set(nodes.filter(readsOrder));
  const repeatable = cheapToRepeat(nodes);
  /** Nodes that several statements read. Each cut may part the readers of another node, until none is left in doubt. */
  const apart = new Set<NodeId>();
  for (;;) {
    const around = { readers, observed, hasty, readOrders, repeatable, apart };
    const cuts = cutsGiven(nodes, options, around);
    const parted = readFromSeveral(nodes, cuts, around);
    if (parted.length === 0) return cuts;
    for (const id of parted) apart.add(id);
  }
}

interface Circumstances {
  readers: Readers;
  /** Nodes the order of whose rows somebody sees. */
  observed: ReadonlySet<NodeId>;
  /** Nodes that stop reading as soon as they have enough. */
  hasty: ReadonlySet<BoundNode>;
  /** Nodes whose rows depend on the order of their input's. */
  readOrders: ReadonlySet<BoundNode>;
  /** Nodes that cost less to compute again than to keep. */
  repeatable: ReadonlySet<NodeId>;
  /** Nodes that several statements read. */
  apart: ReadonlySet<NodeId>;
}

function cutsGiven(
  nodes: readonly BoundNode[],
  options: Pick<PlanOptions, 'staging' | 'counts'>,
  around: Circumstances,
): Map<NodeId, string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const cuts = new Map<NodeId, string>();
  /** Nodes whose count does not suffer when their reader stops early. */
  const counted = new Set<NodeId>();
  /** Nodes whose count is known before anything runs. */
  const known = new Set<NodeId>();
  /** Nodes of the statement that ends in this node so far. */
  const sizes = new Map<NodeId, number>();
  for (const node of nodes) {
    const readers = around.readers.get(node.id) ?? [];
    const isCounted = countSurvives(node, cuts, counted);
    if (isCounted) counted.add(node.id);
    const size = 1 + inputsOf(node).reduce((sum, id) => sum + (cuts.has(id) ? 0 : (sizes.get(id) ?? 0)), 0);
    sizes.set(node.id, size);
    const isKnown = countIsFixed(node, cuts, known);
    if (isKnown) known.add(node.id);
    const hasty = readers.find((reader) => around.hasty.has(reader));
    const chancy = readers.find((reader) => reader.volatile && reader.rows !== 'same');
    const reason = options.staging === 'all' ? 'staging is set to all' : reasonToCut(node, readers, around);
    const isFixed =
      !node.volatile &&
      !(around.readOrders.has(node) && inputsOf(node).some((id) => byId.get(id)?.ordered === false));
    if (reason !== null) cuts.set(node.id, reason);
    else if (options.counts === 'exact' && !isCounted && hasty)
      cuts.set(node.id, `${hasty.name} stops reading early, and every row is to be counted`);
    else if (options.counts === 'exact' && !isKnown && chancy)
      // A condition that looks at no column goes past every fence.
      cuts.set(node.id, `${chancy.name} may choose rows by chance, and every row before is to be counted`);
    else if (!isFixed) cuts.set(node.id, 'its rows might differ if they were computed again');
    else if (size >= MAX_SEGMENT_NODES)
      cuts.set(node.id, `a statement holds at most ${MAX_SEGMENT_NODES} nodes`);
  }
  return cuts;
}

/**
 * The nodes that are not kept although the statements of their readers end in different nodes; those that are cheap to
 * repeat only where that are too many, or where one of them would read them twice and so lose their order.
 */
function readFromSeveral(
  nodes: readonly BoundNode[],
  cuts: ReadonlyMap<NodeId, string>,
  { readers, observed, repeatable }: Circumstances,
): NodeId[] {
  const parted: NodeId[] = [];
  /** The nodes in which the statements of a node end. */
  const ends = new Map<NodeId, readonly NodeId[]>();
  for (const node of nodes.toReversed()) {
    const { id } = node;
    const reading = (readers.get(id) ?? []).flatMap((reader) => ends.get(reader.id) ?? []);
    const several = [...new Set(reading)];
    const isScan = isScannedInPlace(node);
    const isTooMuch = several.length > 1 && !isScan && (!repeatable.has(id) || several.length > MAX_REPEATS);
    const losesOrder = observed.has(id) && several.length < reading.length && !isScan;
    const isParted = !cuts.has(id) && (isTooMuch || losesOrder);
    if (isParted) parted.push(id);
    ends.set(id, cuts.has(id) || isParted || several.length === 0 ? [id] : several);
  }
  return parted;
}

function reasonToCut(
  node: BoundNode,
  readers: readonly BoundNode[],
  { observed, repeatable, apart }: Circumstances,
): string | null {
  if (node.kind === 'destination') return 'it writes its rows out';
  if (node.node.masterData) return 'it is master data, which every node may read';
  if (readers.length === 0) return 'nothing reads it further';
  // Rows that a statement computes once and reads twice come in no order.
  if (readers.length > 1 && (apart.has(node.id) || (observed.has(node.id) && !repeatable.has(node.id))))
    return `${readers.length} inputs read it`;
  return reasonOfItsOwn(node) ?? readers.map(reasonOfReader).find((reason) => reason !== null) ?? null;
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
  const limit = ownLimit(node);
  return limit === null ? null : `it has a ${limit} of its own`;
}

function reasonOfReader(reader: BoundNode): string | null {
  if (reader.kind === 'code') return `${reader.name} runs outside the database and reads it`;
  const limit = ownLimit(reader);
  return limit === null ? null : `${reader.name} has a ${limit} of its own`;
}

/** A limit holds for a whole statement, so a node that has one is alone in its own. */
function ownLimit({ node }: BoundNode): string | null {
  if (node.timeoutMs !== undefined) return 'time limit';
  return node.memoryLimit === undefined ? null : 'memory limit';
}

/** Parquet sources, and what sifts or widens their rows one by one. */
function cheapToRepeat(nodes: readonly BoundNode[]): Set<NodeId> {
  const cheap = new Set<NodeId>();
  for (const node of nodes) {
    const isPlain = !node.volatile && ownLimit(node) === null && node.node.cache === undefined;
    if (
      isScannedInPlace(node) ||
      (isPlain && isRowByRow(node) && inputsOf(node).every((id) => cheap.has(id)))
    )
      cheap.add(node.id);
  }
  return cheap;
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

/** A Parquet file says how many rows it has, and so does what was kept. */
function countIsFixed(
  node: BoundNode,
  cuts: ReadonlyMap<NodeId, string>,
  known: ReadonlySet<NodeId>,
): boolean {
  if (node.kind === 'source') return isScannedInPlace(node);
  return node.rows === 'same' && inputsOf(node).every((id) => cuts.has(id) || known.has(id));
}

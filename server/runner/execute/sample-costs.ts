import type { BoundNode } from '#lib/bind/types.ts';
import type { NodeId } from '#lib/graph/ids.ts';
import { inputsOf } from '#lib/plan/readers.ts';
import { partialInputs } from '#lib/plan/sampling.ts';
import { prefixOf, type PrefixSurroundings } from './segment-request.ts';

/** What is known when a node's sample is to be computed. */
export interface SampleKnowledge extends PrefixSurroundings {
  rowsOut: (id: NodeId) => number | null;
  /** How many rows are kept of nodes of which some are. */
  partial: ReadonlyMap<NodeId, number>;
}

/**
 * The input of a join of which some rows are to stand for all: that with which the fewest rows have to be looked through
 * until `wanted` rows of the join are found. Null where no input's rows are likely to give so many, or where it takes no
 * longer to look through all of them. `open` are the inputs of which some rows would do.
 */
export function bestPart(
  node: BoundNode,
  open: readonly NodeId[],
  wanted: number,
  known: SampleKnowledge,
): NodeId | null {
  const found = known.rowsOut(node.id);
  const kept = open.filter((id) => known.partial.has(id));
  if (found === null || kept.length === 0) return longest(open, known);
  const choices = kept.flatMap((id) => {
    const rows = known.rowsOut(id);
    const expected = rows === null ? found : (found * (known.partial.get(id) ?? 0)) / Math.max(rows, 1);
    return expected < wanted
      ? []
      : [{ id, search: searched(node, { part: id, found: expected, wanted }, known) }];
  });
  const [best] = choices.sort((a, b) => a.search - b.search);
  if (!best) return null;
  return best.search < searched(node, { part: null, found, wanted }, known) ? best.id : null;
}

/** Without counts: what takes the most nodes to compute is what had better not be computed again. */
function longest(open: readonly NodeId[], known: SampleKnowledge): NodeId | null {
  const length = (id: NodeId) => prefixOf(id, { ...known, kept: new Set<NodeId>() }).length;
  return open.toSorted((a, b) => length(b) - length(a))[0] ?? null;
}

interface Search {
  /** The input that is replaced by what is kept of it. */
  part: NodeId | null;
  /** Rows that the join then has. */
  found: number;
  wanted: number;
}

/**
 * Rows of sources that are read: those inputs of which some rows would do stop where enough is found, the largest of
 * them at least; the others are read whole.
 */
function searched(node: BoundNode, { part, found, wanted }: Search, known: SampleKnowledge): number {
  const stoppable = partialInputs(node);
  const reads = [...new Set(inputsOf(node))]
    .filter((id) => id !== part)
    .map((id) => ({ rows: sourceRows(id, known), stops: stoppable.has(id) && isStreamed(id, known) }));
  const longest = Math.max(0, ...reads.filter(({ stops }) => stops).map(({ rows }) => rows));
  const share = Math.min(1, wanted / Math.max(found, 1));
  return reads.reduce((sum, { rows }) => sum + rows, 0) - longest * (1 - share);
}

function sourceRows(id: NodeId, known: SampleKnowledge): number {
  return Math.max(0, ...prefixOf(id, known).map((node) => known.rowsOut(node.id) ?? 0));
}

/** True where its first rows come before all of its input has been read. */
function isStreamed(id: NodeId, known: SampleKnowledge): boolean {
  return prefixOf(id, known).every((node) => inputsOf(node).length === 0 || partialInputs(node).size > 0);
}

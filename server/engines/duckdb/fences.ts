import type { RowCount } from './engine.ts';
import type { PlanOperator } from './plan-tree.ts';

/**
 * A fence keeps the optimiser from moving a row-changing step across a node, and shows the node's rows in the executed
 * plan under a tag. `OFFSET 0` lets everything through but no filter past it. `stats(n)` is volatile, so it is neither
 * computed early nor dropped, and constant for a whole chunk of rows, so it costs nothing; no person's SQL may call it.
 */
export function fenced(select: string, tag: number): string {
  return `SELECT * FROM (SELECT * FROM (${select}\n) OFFSET 0) WHERE stats(${tag}) <> 'x' OFFSET 0`;
}

/** Tags begin at a number that nobody can foresee, so that no column's name can pass for one. */
export function newTagBase(): number {
  return 1_000_000_000 + Math.floor(Math.random() * 1_000_000_000);
}

const TAG = /\bstats\((\d+)\)/;

/** Operators that read all of their input, however many rows they hand on. */
const DRAINING = new Set([
  'PROJECTION',
  'FILTER',
  'HASH_GROUP_BY',
  'PERFECT_HASH_GROUP_BY',
  'PARTITIONED_AGGREGATE',
  'UNGROUPED_AGGREGATE',
  'ORDER_BY',
  'WINDOW',
  'STREAMING_WINDOW',
  'UNION',
  'UNNEST',
  'STREAMING_SAMPLE',
  'CREATE_TABLE_AS',
  'BATCH_CREATE_TABLE_AS',
  'COPY_TO_FILE',
  'BATCH_COPY_TO_FILE',
]);

/** They may skip their first input when the second turns out empty, which shows in that they hand on no row. */
const JOINS = new Set([
  'HASH_JOIN',
  'NESTED_LOOP_JOIN',
  'BLOCKWISE_NL_JOIN',
  'CROSS_PRODUCT',
  'PIECEWISE_MERGE_JOIN',
  'IE_JOIN',
  'ASOF_JOIN',
  'POSITIONAL_JOIN',
]);

/** A top-N tells the scans below it which rows it has no more use for, right through a fence. */
const DYNAMIC_FILTER = /dynamic filter/i;

/** What the executed plan tells about the fences, by tag. A fence that is not in the plan, or twice, has no entry. */
export function readFences(root: PlanOperator): Map<number, RowCount> {
  const found = new Map<number, RowCount | null>();
  /** Returns whether a dynamic filter is at work in or below the operator. */
  const visit = (operator: PlanOperator, drained: boolean, underTag: boolean): boolean => {
    const tag = tagOf(operator);
    const isOurs = operator.type === 'STREAMING_LIMIT' && (underTag || overTag(operator));
    const near = tag !== null || (underTag && operator.type === 'PROJECTION');
    let isFiltered = DYNAMIC_FILTER.test(operator.info);
    for (const [index, child] of operator.children.entries()) {
      if (visit(child, drained && (isOurs || drains(operator, index)), near)) isFiltered = true;
    }
    if (tag !== null)
      found.set(
        tag,
        found.has(tag)
          ? null
          : { exact: drained && !isFiltered ? operator.rows : null, atLeast: operator.rows },
      );
    return isFiltered;
  };
  visit(root, true, false);
  return new Map([...found].flatMap(([tag, count]) => (count ? [[tag, count] as const] : [])));
}

/** The rows that an operator hands to its reader; a few say so only through their parts. */
export function rowsOf(operator: PlanOperator): number {
  const [, second] = operator.children;
  if (operator.type === 'CTE' || operator.type.endsWith('_DELIM_JOIN'))
    return second ? rowsOf(second) : operator.rows;
  return operator.rows;
}

function tagOf(operator: PlanOperator): number | null {
  if (operator.type !== 'FILTER') return null;
  const tag = TAG.exec(operator.info)?.[1];
  return tag === undefined ? null : Number(tag);
}

/** Whether an operator is known to have read all rows of a child. A LIMIT, and whatever is not known, is not. */
function drains(operator: PlanOperator, child: number): boolean {
  if (DRAINING.has(operator.type)) return true;
  if (JOINS.has(operator.type)) return child === 1 || operator.rows > 0;
  // Its first child is computed whole and kept; the second is the query over it.
  return operator.type === 'CTE';
}

/** Our own OFFSET 0 above a tag, with nothing but projections between; a person's LIMIT stands above that again. */
function overTag(limit: PlanOperator): boolean {
  let [below] = limit.children;
  while (below?.type === 'PROJECTION') [below] = below.children;
  return below !== undefined && tagOf(below) !== null;
}

import { quoteIdentifier } from '#lib/sql/quote.ts';
import type { RowCount } from './engine.ts';
import type { PlanOperator } from './plan-tree.ts';

/**
 * A fence keeps the optimiser from moving a row-changing step across a node, and shows the node's rows in the executed
 * plan under a tag. `stats(n)` is volatile, so nothing that looks at a column passes the projection, neither a filter
 * nor what a join or a top-N learns while it runs; no person's SQL may call it. It is constant for a whole chunk of
 * rows, so each CASE hands its column on untouched; that both branches are the column lets the optimiser keep what it
 * knows of it (smallest, largest, never NULL). The outer filter keeps the projection, and its tag, in the plan.
 */
export function fenced(select: string, tag: number): string {
  const name = quoteIdentifier(`stats(${tag})`);
  const columns = `CASE WHEN stats(${tag}) <> 'x' THEN COLUMNS(*) ELSE COLUMNS(*) END AS "\\0"`;
  return `SELECT * EXCLUDE (${name}) FROM (SELECT ${columns}, stats(${tag}) AS ${name} FROM (${select}\n)) WHERE ${name} <> 'x'`;
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
  'TOP_N',
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

/** What the executed plan tells about the fences, by tag. A fence that is not in the plan, or twice, has no entry. */
export function readFences(root: PlanOperator): Map<number, RowCount> {
  const found = new Map<number, RowCount | null>();
  const visit = (operator: PlanOperator, drained: boolean): void => {
    const tag = tagOf(operator);
    if (tag !== null)
      found.set(
        tag,
        found.has(tag) ? null : { exact: drained ? operator.rows : null, atLeast: operator.rows },
      );
    for (const [index, child] of operator.children.entries())
      visit(child, drained && drains(operator, index));
  };
  visit(root, true);
  return new Map([...found].flatMap(([tag, count]) => (count ? [[tag, count] as const] : [])));
}

/** The rows that an operator hands to its reader; a few say so only through their parts. */
export function rowsOf(operator: PlanOperator): number {
  const [, second] = operator.children;
  if (operator.type === 'CTE' || operator.type.endsWith('_DELIM_JOIN'))
    return second ? rowsOf(second) : operator.rows;
  // It counts what comes through it, and rows of a table that is computed once come past it.
  if (operator.type === 'UNION') return operator.children.reduce((sum, child) => sum + rowsOf(child), 0);
  return operator.rows;
}

function tagOf(operator: PlanOperator): number | null {
  if (operator.type !== 'PROJECTION') return null;
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

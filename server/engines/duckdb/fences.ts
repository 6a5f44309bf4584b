import { quoteIdentifier } from '#lib/sql/quote.ts';
import type { RowCount } from './engine.ts';
import type { PlanOperator } from './plan-tree.ts';

/**
 * A fence keeps the optimiser from moving a row-changing step across a node, and shows the node's rows in the executed
 * plan under a tag. `stats(n)` is volatile, so nothing that looks at a column which is made with it passes the
 * projection, neither a filter nor what a join or a top-N learns while it runs; no person's SQL may call it. It is
 * constant for a whole chunk of rows, so each CASE hands its column on untouched; that both branches are the column lets
 * the optimiser keep what it knows of it (smallest, largest, never NULL). Only columns that something later tests
 * (`tested`) are made so: each costs a little per chunk. The outer filter keeps the projection, and its tag, in the plan.
 */
export function fenced(select: string, tag: number, tested: readonly string[] | 'all' = 'all'): string {
  const name = quoteIdentifier(`fence(${tag})`);
  const columns =
    tested === 'all'
      ? `CASE WHEN stats(${tag}) <> 'x' THEN COLUMNS(*) ELSE COLUMNS(*) END AS "\\0"`
      : `*${replaced(tested, tag)}`;
  return `SELECT * EXCLUDE (${name}) FROM (SELECT ${columns}, stats(${tag}) AS ${name} FROM (${select}\n)) WHERE ${name} <> 'x'`;
}

function replaced(tested: readonly string[], tag: number): string {
  if (tested.length === 0) return '';
  const columns = tested.map(quoteIdentifier);
  const guarded = columns.map(
    (column) => `CASE WHEN stats(${tag}) <> 'x' THEN ${column} ELSE ${column} END AS ${column}`,
  );
  return ` REPLACE (${guarded.join(', ')})`;
}

/**
 * Counts a filter that stands right over a file's rows and after which nothing tests a column: its own condition and the
 * tag end up together over the scan, and no operator is added. `select` ends in its WHERE clause.
 */
export function sifted(select: string, tag: number): string {
  return `${select} AND stats(${tag}) <> 'x'`;
}

/** Tags begin at a number that nobody can foresee, so that no column's name can pass for one. */
export function newTagBase(): number {
  return 1_000_000_000 + Math.floor(Math.random() * 1_000_000_000);
}

/** A fence's column, by the name under which its projection and its filter show it. */
const FENCE = /\bfence\((\d+)\)/;
const FENCE_ALONE = /"Expression":"\(fence\((\d+)\) != 'x'\)"/;
/** The condition that counts a plain sieve. */
const SIEVE = /\bstats\((\d+)\)/;

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
  const visit = (operator: PlanOperator, drained: boolean, isSifted: boolean): void => {
    const tag = tagOf(operator, isSifted);
    if (tag !== null)
      found.set(
        tag,
        found.has(tag) ? null : { exact: drained ? operator.rows : null, atLeast: operator.rows },
      );
    // Above a tag that slipped below its own condition there is that condition.
    const siftsFurther =
      operator.type === 'FILTER' ? !isFenceFilter(operator) : operator.type === 'PROJECTION' && isSifted;
    for (const [index, child] of operator.children.entries())
      visit(child, drained && drains(operator, index), siftsFurther);
  };
  visit(root, true, false);
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

/** `isSifted`: a filter between this operator and the next that is no projection. */
function tagOf(operator: PlanOperator, isSifted: boolean): number | null {
  const tag =
    operator.type === 'PROJECTION'
      ? FENCE.exec(operator.info)?.[1]
      : operator.type === 'FILTER' && !isSifted && isStraight(operator)
        ? SIEVE.exec(operator.info)?.[1]
        : undefined;
  return tag === undefined ? null : Number(tag);
}

/** The filter of a fence stands on its projection, whose column is the tag; nothing else is in it. */
function isFenceFilter(operator: PlanOperator): boolean {
  const [child] = operator.children;
  const tag = FENCE_ALONE.exec(operator.info)?.[1];
  return tag !== undefined && child?.type === 'PROJECTION' && FENCE.exec(child.info)?.[1] === tag;
}

/** Nothing but filters and projections down to where the rows come from. */
function isStraight(operator: PlanOperator): boolean {
  const [child, ...others] = operator.children;
  if (others.length > 0) return false;
  return !child || ((SIFTING.has(child.type) || child.children.length === 0) && isStraight(child));
}

const SIFTING = new Set(['PROJECTION', 'FILTER']);

/** Whether an operator is known to have read all rows of a child. A LIMIT, and whatever is not known, is not. */
function drains(operator: PlanOperator, child: number): boolean {
  if (DRAINING.has(operator.type)) return true;
  if (JOINS.has(operator.type)) return child === 1 || operator.rows > 0;
  // Its first child is computed whole and kept; the second is the query over it.
  return operator.type === 'CTE';
}

import { quoteIdentifier, quoteLiteral } from '#lib/sql/quote.ts';
import type { Schema } from '#lib/sql/schema.ts';
import { nodeTable, type SegmentRead, type SegmentStep } from './engine.ts';
import { fenced, sifted } from './fences.ts';
import { tokensFrom } from './lexer.ts';
import { restoredColumns } from './stored-types.ts';

/** A read with the columns of its file. */
export type OpenRead = SegmentRead & { schema: Schema };

export interface Composed {
  /** `WITH … SELECT * FROM <last>`. */
  sql: string;
  /** By node: where its own SELECT stands in `sql`. */
  ranges: Map<string, { start: number; end: number }>;
}

/** DuckDB nests each WITH in the one before; with hundreds of them planning grows by the square, then fails. */
const MANY_STEPS = 64;
/** Nodes that stand inside each other at most: that depth is limited too. */
const MAX_DEPTH = 8;

/**
 * One statement out of a segment: a `WITH` chain, a table per node, ending in the rows of `last`. Only what `last`
 * needs is in it. Steps are ordered; each reads tables that come before it. In a wide statement a node that is read once
 * stands where it is read.
 */
export function compose(
  steps: readonly SegmentStep[],
  reads: readonly OpenRead[],
  options: { last: string; tags: ReadonlyMap<string, number> },
): Composed {
  const end = steps.findIndex((step) => step.nodeId === options.last);
  const needed = end < 0 ? steps : steps.slice(0, end + 1);
  const placed = needed.length > MANY_STEPS ? readOnce(needed, options.last) : new Set<string>();
  const texts = new Map<string, StepText>();
  const ranges: Composed['ranges'] = new Map();
  let sql = 'WITH ';
  for (const read of reads) {
    // A file that is read twice is scanned twice: that is cheaper than to keep its rows.
    sql += `${quoteIdentifier(read.table)} AS NOT MATERIALIZED (SELECT ${restoredColumns(read.schema)} FROM read_parquet(${quoteLiteral(read.path)})),\n`;
  }
  for (const step of needed) {
    const text = textOf(step, texts, options.tags.get(step.nodeId));
    const table = quoteIdentifier(nodeTable(step.nodeId));
    if (placed.has(table) && text.depth < MAX_DEPTH) {
      texts.set(table, text);
      continue;
    }
    // So is a Parquet file that a step is: anything else that is read twice is computed once.
    const head = `${table} AS ${step.knownRows === null ? '' : 'NOT MATERIALIZED '}(`;
    const start = sql.length + head.length;
    sql += `${head}${text.sql}\n),\n`;
    for (const [id, range] of text.ranges)
      ranges.set(id, { start: start + range.start, end: start + range.end });
  }
  return { sql: `${sql.slice(0, -2)}\nSELECT * FROM ${quoteIdentifier(nodeTable(options.last))}`, ranges };
}

/** A node's SELECT with those inside that stand where they are read. */
interface StepText {
  sql: string;
  /** How many nodes stand inside each other in it. */
  depth: number;
  ranges: [nodeId: string, range: { start: number; end: number }][];
}

/** A table's name, and whether it stands where rows are read: not in a text, and not as the name of a column. */
interface NamedTable {
  name: string;
  at: number;
  isRead: boolean;
}

/** The tables of nodes that a statement names. */
function tablesIn(sql: string): NamedTable[] {
  const tables: NamedTable[] = [];
  let before = '';
  for (const { kind, start, end } of tokensFrom(sql, 0)) {
    if (kind === 'space' || kind === 'comment') continue;
    const piece = sql.slice(start, end);
    if (kind === 'quoted-identifier' && piece.startsWith('"@'))
      tables.push({ name: piece, at: start, isRead: before === 'FROM' || before === 'JOIN' });
    before = piece;
  }
  return tables;
}

function textOf(step: SegmentStep, placed: ReadonlyMap<string, StepText>, tag: number | undefined): StepText {
  const ranges: StepText['ranges'] = [];
  let sql = '';
  let from = 0;
  let depth = 0;
  for (const { name: table, at, isRead } of placed.size > 0 ? tablesIn(step.sql) : []) {
    const text = isRead ? placed.get(table) : undefined;
    if (!text) continue;
    sql += `${step.sql.slice(from, at)}(`;
    for (const [id, range] of text.ranges)
      ranges.push([id, { start: sql.length + range.start, end: sql.length + range.end }]);
    sql += `${text.sql}\n)`;
    depth = Math.max(depth, text.depth);
    from = at + table.length;
  }
  sql += step.sql.slice(from);
  if (tag !== undefined) {
    const whole = step.isPlainSieve ? sifted(sql, tag) : fenced(sql, tag, step.tested);
    const offset = whole.indexOf(sql);
    for (const [, range] of ranges) {
      range.start += offset;
      range.end += offset;
    }
    sql = whole;
  }
  return { sql, depth: depth + 1, ranges: [...ranges, [step.nodeId, { start: 0, end: sql.length }]] };
}

/** The tables that are named once in all these statements, so that they may stand there. */
function readOnce(steps: readonly SegmentStep[], last: string): Set<string> {
  const named = new Map<string, number>();
  // Where else it is named, it is not placed: it must stand there under its name.
  for (const { sql } of steps)
    for (const { name, isRead } of tablesIn(sql)) named.set(name, (named.get(name) ?? 0) + (isRead ? 1 : 2));
  const tables = steps
    .filter(({ nodeId }) => nodeId !== last)
    .map(({ nodeId }) => quoteIdentifier(nodeTable(nodeId)));
  return new Set(tables.filter((table) => named.get(table) === 1));
}

import { quoteIdentifier, quoteLiteral } from '#lib/sql/quote.ts';
import type { Schema } from '#lib/sql/schema.ts';
import { nodeTable, type SegmentRead, type SegmentStep } from './engine.ts';
import { fenced } from './fences.ts';
import { restoredColumns } from './stored-types.ts';

/** A read with the columns of its file. */
export type OpenRead = SegmentRead & { schema: Schema };

export interface Composed {
  /** `WITH … SELECT * FROM <last>`. */
  sql: string;
  /** By node: where its own SELECT stands in `sql`. */
  ranges: Map<string, { start: number; end: number }>;
}

/**
 * One statement out of a segment: a `WITH` chain, a table per node, ending in the rows of `last`. Only what `last`
 * needs is in it. Steps are ordered; each reads tables that come before it.
 */
export function compose(
  steps: readonly SegmentStep[],
  reads: readonly OpenRead[],
  options: { last: string; tags: ReadonlyMap<string, number> },
): Composed {
  const ranges = new Map<string, { start: number; end: number }>();
  let sql = 'WITH ';
  for (const read of reads) {
    // A file that is read twice is scanned twice: that is cheaper than to keep its rows.
    sql += `${quoteIdentifier(read.table)} AS NOT MATERIALIZED (SELECT ${restoredColumns(read.schema)} FROM read_parquet(${quoteLiteral(read.path)})),\n`;
  }
  for (const step of steps) {
    const tag = options.tags.get(step.nodeId);
    // So is a Parquet file that a step is: anything else that is read twice is computed once.
    const once = step.knownRows === null ? '' : 'NOT MATERIALIZED ';
    const head = `${quoteIdentifier(nodeTable(step.nodeId))} AS ${once}(`;
    const start = sql.length + head.length;
    sql += `${head}${tag === undefined ? step.sql : fenced(step.sql, tag)}\n),\n`;
    ranges.set(step.nodeId, { start, end: sql.length });
    if (step.nodeId === options.last) break;
  }
  return { sql: `${sql.slice(0, -2)}\nSELECT * FROM ${quoteIdentifier(nodeTable(options.last))}`, ranges };
}

import type { DuckDBConnection } from '@duckdb/node-api';
import type { ColumnProfile } from '#lib/contracts/profile.ts';
import type { JsonValue } from '#lib/contracts/run-record.ts';
import { bucketIndex, filledBuckets } from './profile-buckets.ts';
import { SHOWN_CHARACTERS, type Measured } from './profile-columns.ts';
import type { Facts } from './profile-facts.ts';
import { number, readOne } from './profile-read.ts';

const TOP_VALUES = 8;
const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95];

export interface Shape {
  quantiles: ColumnProfile['quantiles'];
  histogram: ColumnProfile['histogram'];
}

export async function shapesOf(
  connection: DuckDBConnection,
  facts: readonly Facts[],
  basis: string,
): Promise<Shape[]> {
  const texts = facts.flatMap(({ measured: { position, good }, buckets }) => {
    return position === null || buckets === null
      ? ['NULL', 'NULL']
      : [
          `quantile_disc(${good}, [${QUANTILES.join(', ')}])`,
          // greatest() and least() pass over NULL, so it is kept from them.
          `histogram(${bucketIndex(position(good), buckets)}) FILTER (WHERE ${good} IS NOT NULL)`,
        ];
  });
  const row = await readOne(connection, texts, basis);
  return facts.map(({ measured, buckets }, index) => {
    const values = row[index * 2];
    const counts = row[index * 2 + 1];
    return {
      quantiles: Array.isArray(values)
        ? QUANTILES.map((at, order) => ({ at, value: values[order] ?? null }))
        : null,
      histogram:
        buckets === null ? null : filledBuckets(buckets, countsByBucket(counts), shownPosition(measured)),
    };
  });
}

function countsByBucket(counts: JsonValue | undefined): Map<number, number> {
  const pairs = Array.isArray(counts) ? counts : [];
  return new Map(
    pairs.flatMap((pair) =>
      pair !== null && typeof pair === 'object' && !Array.isArray(pair)
        ? [[number(pair['key'] ?? null) ?? 0, number(pair['value'] ?? null) ?? 0] as const]
        : [],
    ),
  );
}

/** The most frequent values of each column; none where no value comes twice and there are more than are shown. */
export async function topsOf(
  connection: DuckDBConnection,
  batch: readonly Measured[],
  basis: string,
): Promise<ColumnProfile['top'][]> {
  const texts = batch.map(({ shown, kind, sql }) => {
    if (shown === null) return 'NULL';
    const value =
      kind === 'number' || kind === 'time' || kind === 'boolean'
        ? 'v'
        : `left(CAST(v AS VARCHAR), ${SHOWN_CHARACTERS})`;
    return `(SELECT list({v: ${value}, n: n} ORDER BY n DESC, v) FROM (SELECT ${shown} AS v, count(*) AS n FROM ${basis} WHERE ${sql} IS NOT NULL GROUP BY ALL ORDER BY n DESC, v LIMIT ${TOP_VALUES}))`;
  });
  const row = await readOne(connection, texts, null);
  return row.map((cell, index) => {
    if (batch[index]?.shown === null) return null;
    const top = (Array.isArray(cell) ? cell : []).flatMap((entry) =>
      entry !== null && typeof entry === 'object' && !Array.isArray(entry)
        ? [{ value: entry['v'] ?? null, rows: number(entry['n'] ?? null) ?? 0 }]
        : [],
    );
    return top.length === TOP_VALUES && top[0]?.rows === 1 ? null : top;
  });
}

/** A place on the line as the column's values are written: to a number's or an instant's own measure. */
function shownPosition({ kind, column }: Measured): (position: number) => JsonValue {
  if (kind === 'number') return (position) => position;
  if (column.type === 'TIME') return (position) => new Date(position * 1000).toISOString().slice(11, 19);
  return (position) => {
    const date = new Date(position * 1000);
    // Beyond what a Date can hold there are still years.
    if (Number.isNaN(date.getTime())) return position;
    const text = date.toISOString().replace('.000Z', 'Z');
    if (column.type === 'DATE') return text.slice(0, text.indexOf('T'));
    return column.type === 'TIMESTAMP WITH TIME ZONE' ? text : text.replace('Z', '');
  };
}

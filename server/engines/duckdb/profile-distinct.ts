import type { DuckDBConnection } from '@duckdb/node-api';
import type { Measured } from './profile-columns.ts';
import { number, readOne } from './profile-read.ts';

/**
 * The share of a sample that may be values seen once. What no sample has seen is about as frequent as what it has seen
 * once, so this is the share of all rows whose values the estimate has to guess.
 */
const MOST_SEEN_ONCE = 0.002;

/**
 * How many distinct values a column has, by a sample (Chao's estimate from those seen once and twice): cheaper than a
 * pass over all rows, and better where there are few. Null where the sample has seen too few of them to tell.
 */
export async function distinctBySample(
  connection: DuckDBConnection,
  columns: readonly Measured[],
  sample: string,
): Promise<(number | null)[]> {
  const expressions = columns.map(
    ({ sql }) =>
      `(SELECT [count(*), count_if(n = 1), count_if(n = 2), sum(n)] FROM (SELECT count(*) AS n FROM ${sample} WHERE ${sql} IS NOT NULL GROUP BY ${sql}))`,
  );
  const row = await readOne(connection, expressions, null);
  return row.map((cell) => {
    const [seen = 0, once = 0, twice = 0, values = 0] = Array.isArray(cell)
      ? cell.map((each) => number(each) ?? 0)
      : [];
    return once > MOST_SEEN_ONCE * values ? null : Math.round(seen + (once * (once - 1)) / (2 * (twice + 1)));
  });
}

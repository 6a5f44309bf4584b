import type { ColumnProfile } from '#lib/contracts/profile.ts';
import type { JsonValue } from '#lib/contracts/run-record.ts';

/** Enough to see a shape, few enough to be drawn small. */
const MOST_BUCKETS = 24;

/** Equal parts of a line from `low` to `high`, both included. */
export interface Buckets {
  count: number;
  low: number;
  high: number;
  width: number;
  /** Each bucket is one value: the values stand apart, and there are few of them. */
  single: boolean;
}

/** `step`: values stand apart by at least this much. Null where an end is not finite. */
export function bucketsOf(low: number, high: number, step: number | null): Buckets | null {
  if (!Number.isFinite(low) || !Number.isFinite(high) || high < low) return null;
  if (low === high) return { count: 1, low, high, width: 1, single: true };
  if (step !== null && (high - low) / step < MOST_BUCKETS)
    return { count: Math.round((high - low) / step) + 1, low, high, width: step, single: true };
  // Divided first: the whole span may be more than a number can hold.
  const width = high / MOST_BUCKETS - low / MOST_BUCKETS;
  // Ends so close together that nothing lies between them.
  if (!(width > 0) || low + width === low) return null;
  return { count: MOST_BUCKETS, low, high, width, single: false };
}

/** The number of the bucket that a position falls into, as SQL. */
export function bucketIndex(position: string, { count, low, width }: Buckets): string {
  const index = `floor(${position} / ${literal(width)} - ${literal(low / width)})`;
  return `CAST(greatest(0, least(${count - 1}, ${index})) AS TINYINT)`;
}

/** The buckets with their ends as people read them. */
export function filledBuckets(
  { count, low, high, width, single }: Buckets,
  rows: ReadonlyMap<number, number>,
  shown: (position: number) => JsonValue,
): ColumnProfile['histogram'] {
  const edge = (index: number) =>
    single ? low + index * width : low * (1 - index / count) + high * (index / count);
  return Array.from({ length: count }, (_, index) => ({
    from: shown(edge(index)),
    to: shown(single ? edge(index) : edge(index + 1)),
    rows: rows.get(index) ?? 0,
  }));
}

/** Never a DECIMAL, which DuckDB takes `0.1` for. */
function literal(value: number): string {
  return `CAST('${value}' AS DOUBLE)`;
}

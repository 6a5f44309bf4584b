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
  /** How far apart values stand; null where they may lie anywhere. */
  step: number | null;
}

/** Beyond this a double does not tell one whole number from the next. */
const MOST_STEPS = 2 ** 53;

/** `step`: values stand apart by at least this much. Null where an end is not finite. */
export function bucketsOf(low: number, high: number, step: number | null): Buckets | null {
  if (!Number.isFinite(low) || !Number.isFinite(high) || high < low) return null;
  if (low === high) return { count: 1, low, high, width: 1, step: 1 };
  if (step !== null && Math.max(Math.abs(low), Math.abs(high)) / step < MOST_STEPS) {
    const values = (high - low) / step + 1;
    const each = Math.ceil(values / MOST_BUCKETS);
    return { count: Math.ceil(values / each), low, high, width: each * step, step };
  }
  // Divided first: the whole span may be more than a number can hold.
  const width = high / MOST_BUCKETS - low / MOST_BUCKETS;
  // Ends so close together that nothing lies between them.
  if (!(width > 0) || low + width === low) return null;
  return { count: MOST_BUCKETS, low, high, width, step: null };
}

/** The number of the bucket that a position falls into, as SQL. */
export function bucketIndex(position: string, { count, low, high, width }: Buckets): string {
  // Subtracted first where that can be held, so that a whole number at a bucket's very beginning is in it.
  const index = Number.isFinite(high - low)
    ? `floor((${position} - ${literal(low)}) / ${literal(width)})`
    : `floor(${position} / ${literal(width)} - ${literal(low / width)})`;
  return `CAST(greatest(0, least(${count - 1}, ${index})) AS TINYINT)`;
}

/** The buckets with their ends as people read them. */
export function filledBuckets(
  { count, low, high, width, step }: Buckets,
  rows: ReadonlyMap<number, number>,
  shown: (position: number) => JsonValue,
): ColumnProfile['histogram'] {
  const edge = (index: number) =>
    step === null ? low * (1 - index / count) + high * (index / count) : low + index * width;
  return Array.from({ length: count }, (_, index) => ({
    from: shown(edge(index)),
    to: shown(step === null ? edge(index + 1) : Math.min(high, edge(index + 1) - step)),
    rows: rows.get(index) ?? 0,
  }));
}

/** Never a DECIMAL, which DuckDB takes `0.1` for. */
function literal(value: number): string {
  return `CAST('${value}' AS DOUBLE)`;
}

import { formatCount, formatShare } from '#components/format/numbers.ts';
import type { JsonValue } from '#lib/contracts/run-record.ts';
import type { ColumnProfile, Profile } from '#lib/contracts/profile.ts';

const plain = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 6 });
const small = new Intl.NumberFormat('en-US', { notation: 'scientific', maximumSignificantDigits: 4 });

/** A value as a profile writes it: `1,234.5`, `2024-01-01 12:00:00`, `(empty)`. */
export function valueText(value: JsonValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'object') return JSON.stringify(value);
  if (typeof value === 'boolean') return String(value);
  if (value === '') return '(empty)';
  return value.replace(/^(\d{4,}-\d{2}-\d{2})T/, '$1 ').replace(/[\r\n\t]+/g, ' ');
}

function numberText(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) return small.format(value);
  return Number.isInteger(value) ? formatCount(value) : plain.format(value);
}

/** `7`, `≈ 300,000`: an estimate is not written to its last digit. */
export function distinctText({ distinct }: ColumnProfile): string {
  if (!distinct) return '–';
  return distinct.approximate ? `≈ ${formatCount(rounded(distinct.count))}` : formatCount(distinct.count);
}

/** To three digits, which is more than the estimate is good for. */
function rounded(count: number): number {
  if (count < 100) return count;
  const unit = 10 ** (Math.floor(Math.log10(count)) - 2);
  return Math.round(count / unit) * unit;
}

/** True where no value comes twice. */
export function allDiffer({ distinct, nulls, top }: ColumnProfile, rows: number): boolean {
  const values = rows - nulls;
  if (!distinct || values < 2) return false;
  return distinct.approximate ? top === null && distinct.count > 0.95 * values : distinct.count === values;
}

/** `0 – 1,200`, or null where there is no order. */
export function rangeText({ min, max }: ColumnProfile): string | null {
  if (min === null || max === null) return null;
  const [from, to] = shortTimes(valueText(min), valueText(max));
  return from === to ? from : `${from} – ${to}`;
}

const INSTANT = /^(\d{4,}-\d{2}-\d{2}) \d{2}:/;

/** Of instants of different days, the days. */
function shortTimes(from: string, to: string): [string, string] {
  const [first, last] = [INSTANT.exec(from)?.[1], INSTANT.exec(to)?.[1]];
  return first !== undefined && last !== undefined && first !== last ? [first, last] : [from, to];
}

export function bucketText(
  { from, to, rows }: NonNullable<ColumnProfile['histogram']>[number],
  basis: number,
): string {
  const [first, last] = shortTimes(valueText(from), valueText(to));
  return `${first === last ? first : `${first} – ${last}`} · ${shareText(rows, basis)}`;
}

export function shareText(rows: number, of: number): string {
  return of === 0 ? '0 %' : formatShare(rows / of);
}

/** What the shapes are made of, where that is not all rows. */
export function basisText({ basis }: Profile): string | null {
  return basis.sampled ? `shapes from ${formatCount(basis.rows)} random rows` : null;
}

/** The whole row of a profile in a sentence, for who does not see it. */
export function columnSentence(column: ColumnProfile, rows: number): string {
  const range = rangeText(column);
  return [
    `${column.name}, ${column.type}`,
    `${shareText(column.nulls, rows)} NULL`,
    allDiffer(column, rows) ? 'all values differ' : `${distinctText(column)} distinct`,
    ...(range === null ? [] : [`from ${range.replace(' – ', ' to ')}`]),
    ...(column.mean === null ? [] : [`mean ${valueText(column.mean)}`]),
  ].join(', ');
}

import {
  DuckDBArrayValue,
  DuckDBBitValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBIntervalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeTZValue,
  DuckDBTimeValue,
  DuckDBUnionValue,
  DuckDBUUIDValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { JsonRow, JsonValue } from '#lib/contracts/run-record.ts';

/** A cell of more than this many bytes is cut, so that a page of odd rows stays a page. */
const LONGEST_CELL = 4096;
/** Items of a list or map that are looked at; a cell that long is over the limit anyway. */
const MOST_ITEMS = 2000;

/** A row as JSON by the product's rules. Values over 4 kB are cut and say so. */
export function jsonRow(names: readonly string[], values: readonly DuckDBValue[]): JsonRow {
  return Object.fromEntries(names.map((name, index) => [name, cut(jsonValue(values[index] ?? null))]));
}

/** A value as JSON: exact numbers as numbers, others as text, times in ISO 8601, bytes in base64. */
export function jsonValue(value: DuckDBValue): JsonValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : specialNumber(value);
  if (typeof value === 'bigint') return exactInteger(value);
  if (value instanceof DuckDBDecimalValue) return exactDecimal(value.toString());
  if (value instanceof DuckDBDateValue)
    return value.isFinite ? isoDate(value.toString()) : infinite(value.days > 0);
  if (value instanceof DuckDBTimestampTZValue) return isoInstant(value.micros);
  if (
    value instanceof DuckDBTimestampValue ||
    value instanceof DuckDBTimestampSecondsValue ||
    value instanceof DuckDBTimestampMillisecondsValue ||
    value instanceof DuckDBTimestampNanosecondsValue
  ) {
    return isoDate(value.toString()).replace(' ', 'T');
  }
  if (
    value instanceof DuckDBTimeValue ||
    value instanceof DuckDBTimeTZValue ||
    value instanceof DuckDBIntervalValue ||
    value instanceof DuckDBUUIDValue ||
    value instanceof DuckDBBitValue
  )
    return value.toString();
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('base64');
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue)
    return value.items.slice(0, MOST_ITEMS).map(jsonValue);
  if (value instanceof DuckDBStructValue)
    return Object.fromEntries(Object.entries(value.entries).map(([name, field]) => [name, jsonValue(field)]));
  if (value instanceof DuckDBMapValue) return jsonMap(value);
  if (value instanceof DuckDBUnionValue) return jsonValue(value.value);
  return String(value);
}

function specialNumber(value: number): string {
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

function exactInteger(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

/** A number where it holds the decimal's very digits; otherwise the digits as text. */
function exactDecimal(text: string): number | string {
  const digits = text.replace(/^-/, '').replace('.', '').replace(/^0+/, '').replace(/0+$/, '');
  // A double gives back every decimal of up to 15 significant digits.
  return digits.length <= 15 ? Number(text) : text;
}

/** DuckDB writes years before 1 as `0044-03-15 (BC)`; ISO 8601 counts a year 0. */
function isoDate(text: string): string {
  const before = /^(\d+)(-.*?) \(BC\)$/.exec(text) ?? /^(\d+)(-.*?) \(BC\)(.*)$/.exec(text);
  if (!before) return text;
  const year = 1 - Number(before[1]);
  return `${year === 0 ? '0000' : `-${String(-year).padStart(6, '0')}`}${before[2] ?? ''}${before[3] ?? ''}`;
}

const infinite = (isPositive: boolean) => (isPositive ? 'infinity' : '-infinity');

/** An instant in UTC, to the microsecond where it has any. */
function isoInstant(micros: bigint): string {
  const millis = micros / 1000n - (micros % 1000n < 0n ? 1n : 0n);
  const date = new Date(Number(millis));
  if (Number.isNaN(date.getTime())) return infinite(micros > 0n);
  const rest = Number(micros - millis * 1000n);
  const iso = date.toISOString();
  if (rest === 0) return iso.endsWith('.000Z') ? iso.replace('.000Z', 'Z') : iso;
  return iso.replace('Z', `${String(rest).padStart(3, '0')}Z`);
}

/** Text keys make an object; any other kind, a list of pairs. */
function jsonMap(map: DuckDBMapValue): JsonValue {
  const entries = map.entries.slice(0, MOST_ITEMS);
  if (entries.every(({ key }) => typeof key === 'string'))
    return Object.fromEntries(entries.map(({ key, value }) => [String(key), jsonValue(value)]));
  return entries.map(({ key, value }) => ({ key: jsonValue(key), value: jsonValue(value) }));
}

function cut(value: JsonValue): JsonValue {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // A UTF-16 unit is at most three bytes, so short texts need no counting.
  if (text.length * 3 <= LONGEST_CELL) return value;
  const bytes = Buffer.from(text);
  if (bytes.length <= LONGEST_CELL) return value;
  return `${bytes
    .subarray(0, LONGEST_CELL)
    .toString('utf8')
    .replace(/\uFFFD$/, '')}… (cut)`;
}

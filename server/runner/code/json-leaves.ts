import type { SqlType } from '#lib/sql/types.ts';
import { decimalText } from './number-text.ts';

/** True where DuckDB's cast keeps all of a value inside a list, struct or map. What it refuses itself is left to it. */
type Keeps = (value: unknown) => boolean;

/** Digits after the second that a type holds. */
export const FRACTION_DIGITS: Record<string, number> = {
  TIMESTAMP_S: 0,
  TIMESTAMP_MS: 3,
  TIMESTAMP: 6,
  'TIMESTAMP WITH TIME ZONE': 6,
  TIME: 6,
  'TIME WITH TIME ZONE': 6,
  TIMESTAMP_NS: 9,
};

export const INTEGER_RANGES: Record<string, [bigint, bigint]> = Object.fromEntries(
  (
    [
      ['TINYINT', 8],
      ['SMALLINT', 16],
      ['INTEGER', 32],
      ['BIGINT', 64],
      ['HUGEINT', 128],
    ] as const
  ).flatMap(([name, bits]) => [
    [name, [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n]],
    [`U${name}`, [0n, 2n ** BigInt(bits) - 1n]],
  ]),
);

/** How to look into the JSON of a nested type; null where DuckDB's cast loses nothing anyway. */
export function leavesKept(type: SqlType): Keeps | null {
  switch (type.kind) {
    case 'simple':
      return leafKept(type.name, type.args);
    case 'list':
      return listKept(type.item);
    case 'struct':
      return structKept(type.fields);
    case 'map':
      return mapKept(type.value);
    case 'other':
      return null;
  }
}

function leafKept(name: string, [precision = 18, scale = 3]: readonly number[]): Keeps | null {
  const range = INTEGER_RANGES[name];
  if (range) {
    return (value) =>
      typeof value !== 'number' ||
      (Number.isSafeInteger(value) && BigInt(value) >= range[0] && BigInt(value) <= range[1]);
  }
  if (name === 'DECIMAL')
    return (value) =>
      (typeof value !== 'number' && typeof value !== 'string') ||
      decimalText(String(value), precision, scale) !== undefined;
  if (name === 'BOOLEAN') return (value) => typeof value !== 'number';
  const digits = FRACTION_DIGITS[name];
  return digits === undefined ? null : (value) => typeof value !== 'string' || fractionFits(value, digits);
}

function listKept(item: SqlType): Keeps | null {
  const keeps = leavesKept(item);
  return keeps && ((value) => !Array.isArray(value) || value.every(keeps));
}

function structKept(fields: readonly { name: string; type: SqlType }[]): Keeps | null {
  const checks = fields.flatMap(({ name, type }) => {
    const keeps = leavesKept(type);
    return keeps ? [{ name, keeps }] : [];
  });
  if (checks.length === 0) return null;
  return (value) =>
    !isObject(value) || checks.every(({ name, keeps }) => !Object.hasOwn(value, name) || keeps(value[name]));
}

function mapKept(of: SqlType): Keeps | null {
  const keeps = leavesKept(of);
  return keeps && ((value) => !isObject(value) || Object.values(value).every(keeps));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True where a time's text has no more digits after the second than the type holds; zeros at the end say nothing. */
export function fractionFits(text: string, digits: number): boolean {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  for (let at = digits; at < fraction.length; at += 1) if (fraction[at] !== '0') return false;
  return true;
}

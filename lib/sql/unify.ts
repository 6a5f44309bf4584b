import { call, type Expression, literal } from './expression.ts';
import { integerBits, parseType, printType, type SqlType } from './types.ts';

/** Doubles hold every integer up to here. */
const EXACT_IN_DOUBLE = 2 ** 53;

const DECIMAL_DIGITS: Record<string, number> = {
  TINYINT: 3,
  SMALLINT: 5,
  INTEGER: 10,
  BIGINT: 19,
  UTINYINT: 3,
  USMALLINT: 5,
  UINTEGER: 10,
  UBIGINT: 20,
};
const SIGNED_BY_BITS: Record<number, string> = {
  8: 'TINYINT',
  16: 'SMALLINT',
  32: 'INTEGER',
  64: 'BIGINT',
  128: 'HUGEINT',
};
const INSTANTS = ['DATE', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP'];

/**
 * The one type that holds all values of these without loss, or null: integer widths, integer to decimal or double,
 * date to timestamp, NULL to anything, the same inside lists and structs; never to text. Integers wider than 32 bits
 * unify with DOUBLE although not all of them fit: `widen` makes a value that does not an error, not a wrong number.
 */
export function unifyTypes(types: readonly string[]): string | null {
  let unified: SqlType | null = null;
  for (const text of types) {
    const type = parseType(text);
    if (type === null) return types.every((other) => other === text) ? text : null;
    unified = unified === null ? type : unifyTwo(unified, type);
    if (unified === null) return null;
  }
  return unified === null ? null : printType(unified);
}

/** The expression, of type `from`, as a value of type `to`, which must be what `unifyTypes` made of it and others. */
export function widen(expression: Expression, from: string, to: string): Expression {
  if (from === to) return expression;
  const cast: Expression = { kind: 'cast', operand: expression, type: to };
  if (to !== 'DOUBLE' || (integerBits(from) ?? 0) <= 32) return cast;
  const exact: Expression = {
    kind: 'operator',
    operator: 'and',
    left: { kind: 'operator', operator: '>=', left: expression, right: literal(-EXACT_IN_DOUBLE) },
    right: { kind: 'operator', operator: '<=', left: expression, right: literal(EXACT_IN_DOUBLE) },
  };
  const refused = call(
    'error',
    literal('An integer beyond 2^53 does not fit into DOUBLE without loss; cast the column first'),
  );
  return {
    kind: 'case',
    branches: [
      { when: { kind: 'is-null', operand: expression }, then: literal(null, 'DOUBLE') },
      { when: exact, then: cast },
    ],
    otherwise: { kind: 'cast', operand: refused, type: 'DOUBLE' },
  };
}

function unifyTwo(a: SqlType, b: SqlType): SqlType | null {
  if (printType(a) === printType(b)) return a;
  if (isNull(a)) return b;
  if (isNull(b)) return a;
  if (a.kind === 'simple' && b.kind === 'simple') return unifyNumbers(a, b) ?? unifyInstants(a, b);
  if (a.kind === 'list' && b.kind === 'list') {
    const item = unifyTwo(a.item, b.item);
    return item && { kind: 'list', item, size: a.size === b.size ? a.size : null };
  }
  if (a.kind === 'struct' && b.kind === 'struct') return unifyStructs(a, b);
  if (a.kind === 'map' && b.kind === 'map') {
    const key = unifyTwo(a.key, b.key);
    const value = unifyTwo(a.value, b.value);
    return key && value && { kind: 'map', key, value };
  }
  return null;
}

const isNull = (type: SqlType) => type.kind === 'other' && type.text === '"NULL"';
const simple = (name: string, ...args: number[]): SqlType => ({ kind: 'simple', name, args });

type Simple = Extract<SqlType, { kind: 'simple' }>;

function unifyNumbers(a: Simple, b: Simple): SqlType | null {
  const [bitsA, bitsB] = [integerBits(a.name), integerBits(b.name)];
  if (bitsA !== null && bitsB !== null) return unifyIntegers(a.name, b.name);
  const decimals = [asDecimal(a), asDecimal(b)];
  if (a.name === 'DECIMAL' || b.name === 'DECIMAL') {
    const [first, second] = decimals;
    if (first && second) {
      const scale = Math.max(first.scale, second.scale);
      const precision = Math.max(first.precision - first.scale, second.precision - second.scale) + scale;
      return precision <= 38 ? simple('DECIMAL', precision, scale) : null;
    }
  }
  const floats = ['FLOAT', 'DOUBLE'];
  if (!floats.includes(a.name) && !floats.includes(b.name)) return null;
  return fitsDouble(a) && fitsDouble(b) ? simple('DOUBLE') : null;
}

function unifyIntegers(a: string, b: string): SqlType | null {
  const unsigned = (name: string) => name.startsWith('U');
  const [bitsA, bitsB] = [integerBits(a) ?? 0, integerBits(b) ?? 0];
  if (unsigned(a) === unsigned(b)) return simple(bitsA >= bitsB ? a : b);
  const [signedBits, unsignedBits] = unsigned(a) ? [bitsB, bitsA] : [bitsA, bitsB];
  const name = SIGNED_BY_BITS[Math.max(signedBits, unsignedBits * 2)];
  return name === undefined ? null : simple(name);
}

function asDecimal(type: Simple): { precision: number; scale: number } | null {
  if (type.name === 'DECIMAL') return { precision: type.args[0] ?? 18, scale: type.args[1] ?? 3 };
  const digits = DECIMAL_DIGITS[type.name];
  return digits === undefined ? null : { precision: digits, scale: 0 };
}

/** A decimal of up to 15 digits comes back from a double digit by digit. */
function fitsDouble(type: Simple): boolean {
  if (type.name === 'DECIMAL') return (type.args[0] ?? 18) <= 15;
  return type.name === 'FLOAT' || type.name === 'DOUBLE' || integerBits(type.name) !== null;
}

function unifyInstants(a: Simple, b: Simple): SqlType | null {
  const [rankA, rankB] = [INSTANTS.indexOf(a.name), INSTANTS.indexOf(b.name)];
  if (rankA < 0 || rankB < 0) return null;
  return simple(INSTANTS[Math.max(rankA, rankB)] ?? 'TIMESTAMP');
}

function unifyStructs(
  a: Extract<SqlType, { kind: 'struct' }>,
  b: Extract<SqlType, { kind: 'struct' }>,
): SqlType | null {
  if (a.fields.length !== b.fields.length) return null;
  const fields: { name: string; type: SqlType }[] = [];
  for (const [index, field] of a.fields.entries()) {
    const other = b.fields[index];
    if (other?.name.toLowerCase() !== field.name.toLowerCase()) return null;
    const type = unifyTwo(field.type, other.type);
    if (type === null) return null;
    fields.push({ name: field.name, type });
  }
  return { kind: 'struct', fields };
}

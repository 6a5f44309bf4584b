import { call, type Expression, literal } from './expression.ts';
import { integerBits, parseType, printType, type SqlType } from './types.ts';

/** Doubles hold every integer up to here. */
const EXACT_IN_DOUBLE = 2 ** 53;

/** Decimal digits that every value of an integer type fits in. */
const INTEGER_DIGITS: Record<string, number> = {
  TINYINT: 3,
  UTINYINT: 3,
  SMALLINT: 5,
  USMALLINT: 5,
  INTEGER: 10,
  UINTEGER: 10,
  BIGINT: 19,
  UBIGINT: 20,
  HUGEINT: 39,
  UHUGEINT: 39,
};
const SIGNED = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT'];
const UNSIGNED = ['UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT', 'UHUGEINT'];
/** From coarse to fine; each holds all values of those before it. */
const TIMESTAMPS = ['DATE', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP'];
const MAX_DECIMAL_DIGITS = 38;

/**
 * The one type that holds every value of all these types: wider integers, integers to decimals and floating point,
 * dates to timestamps, NULL to anything, lists and structs by their parts. Never text for what is no text. Null where
 * there is none. A BIGINT beside a DOUBLE becomes DOUBLE: `widen` makes a value beyond 2^53 an error,
 * not a wrong number.
 */
export function unifyTypes(types: readonly string[]): string | null {
  const [first] = types;
  if (first === undefined) return null;
  if (types.every((type) => type === first)) return first;
  let unified: SqlType | null = null;
  // Integers last: two of them could widen to more digits than what they unify with needs, and the order would count.
  for (const text of [...types].sort(
    (a, b) => Number(integerBits(a) !== null) - Number(integerBits(b) !== null),
  )) {
    const type = parseType(text);
    if (type === null) return null;
    unified = unified === null ? type : unifyTwo(unified, type);
    if (unified === null) return null;
  }
  return unified && printType(unified);
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
    literal(
      `${expression.kind === 'column' ? `"${expression.name}" holds an integer` : 'An integer'} beyond 2^53, which does not fit into DOUBLE without loss; cast the column before the inputs are merged`,
    ),
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
  if (isNull(a)) return b;
  if (isNull(b)) return a;
  if (a.kind === 'simple' && b.kind === 'simple') return unifySimple(a, b);
  if (a.kind === 'list' && b.kind === 'list') {
    const item = unifyTwo(a.item, b.item);
    return item && { kind: 'list', item, size: a.size === b.size ? a.size : null };
  }
  if (a.kind === 'map' && b.kind === 'map') {
    const key = unifyTwo(a.key, b.key);
    const value = unifyTwo(a.value, b.value);
    return key && value && { kind: 'map', key, value };
  }
  if (a.kind === 'struct' && b.kind === 'struct') return unifyStructs(a, b);
  return printType(a) === printType(b) ? a : null;
}

function isNull(type: SqlType): boolean {
  return type.kind === 'other' && type.text === '"NULL"';
}

type Simple = Extract<SqlType, { kind: 'simple' }>;
type Struct = Extract<SqlType, { kind: 'struct' }>;
const simple = (name: string, ...args: number[]): Simple => ({ kind: 'simple', name, args });

/** Fields of the same names in the same order: a struct is cast by position. */
function unifyStructs(a: Struct, b: Struct): SqlType | null {
  if (a.fields.length !== b.fields.length) return null;
  const fields: Struct['fields'] = [];
  for (const [index, field] of a.fields.entries()) {
    const other = b.fields[index];
    const type =
      other && other.name.toLowerCase() === field.name.toLowerCase()
        ? unifyTwo(field.type, other.type)
        : null;
    if (type === null) return null;
    fields.push({ name: field.name, type });
  }
  return { kind: 'struct', fields };
}

function unifySimple(a: Simple, b: Simple): SqlType | null {
  if (a.name === b.name && a.name !== 'DECIMAL') return a;
  if (isInteger(a) && isInteger(b)) return unifyIntegers(a.name, b.name);
  if (isFloat(a) || isFloat(b)) return unifyFloats(a, b);
  if (isExact(a) && isExact(b)) return unifyDecimals(a, b);
  const [first, second] = [TIMESTAMPS.indexOf(a.name), TIMESTAMPS.indexOf(b.name)];
  if (first >= 0 && second >= 0)
    return simple(
      Math.max(first, second) > 0 ? (TIMESTAMPS[Math.max(first, second)] ?? 'TIMESTAMP') : 'DATE',
    );
  return null;
}

const isInteger = (type: Simple) => type.name in INTEGER_DIGITS;
const isFloat = (type: Simple) => type.name === 'FLOAT' || type.name === 'DOUBLE';
const isExact = (type: Simple) => isInteger(type) || type.name === 'DECIMAL';

function unifyIntegers(a: string, b: string): SqlType | null {
  const [signedA, signedB] = [SIGNED.indexOf(a), SIGNED.indexOf(b)];
  const [unsignedA, unsignedB] = [UNSIGNED.indexOf(a), UNSIGNED.indexOf(b)];
  if (signedA >= 0 && signedB >= 0) return named(SIGNED[Math.max(signedA, signedB)]);
  if (unsignedA >= 0 && unsignedB >= 0) return named(UNSIGNED[Math.max(unsignedA, unsignedB)]);
  // A signed type holds an unsigned one that is narrower than itself.
  return named(SIGNED[Math.max(signedA, signedB, unsignedA + 1, unsignedB + 1)]);
}

function named(name: string | undefined): SqlType | null {
  return name === undefined ? null : simple(name);
}

function unifyFloats(a: Simple, b: Simple): SqlType | null {
  if (isFloat(a) && isFloat(b)) return simple('DOUBLE');
  const [float, other] = isFloat(a) ? [a, b] : [b, a];
  if (!isInteger(other)) return null;
  const digits = INTEGER_DIGITS[other.name] ?? MAX_DECIMAL_DIGITS;
  if (float.name === 'FLOAT' && digits <= 5) return float;
  return digits <= 20 ? simple('DOUBLE') : null;
}

function unifyDecimals(a: Simple, b: Simple): SqlType | null {
  const [wholeA, scaleA] = digitsOf(a);
  const [wholeB, scaleB] = digitsOf(b);
  const scale = Math.max(scaleA, scaleB);
  const width = Math.max(wholeA, wholeB) + scale;
  return width <= MAX_DECIMAL_DIGITS ? simple('DECIMAL', width, scale) : null;
}

/** Digits before and after the point. */
function digitsOf(type: Simple): [number, number] {
  const [width = 18, scale = 3] = type.args;
  return type.name === 'DECIMAL'
    ? [width - scale, scale]
    : [INTEGER_DIGITS[type.name] ?? MAX_DECIMAL_DIGITS + 1, 0];
}

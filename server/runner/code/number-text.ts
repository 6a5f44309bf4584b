/** A plain number in text, as people and DuckDB write it. No two parts of it match the same digit: it reads any text once. */
const NUMBER = /^-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?$/;
/** More characters than DuckDB needs for any double. */
const LONGEST_DOUBLE = 400;
/** More characters than a DECIMAL(38) needs, with room for zeros. */
const LONGEST_DECIMAL = 200;
const LONGEST_INTEGER = /^-?\d{1,40}$/;
/** A FLOAT is told from its neighbours by this many digits. */
const FLOAT_DIGITS = 9;

/** 0.digits × 10^exponent, without zeros at either end of the digits; zero has no digits. */
interface Decimal {
  isNegative: boolean;
  digits: string;
  exponent: number;
}

/** The integer that a text says, or undefined: what it costs to read grows with the square of its length. */
export function integerOf(text: string): bigint | undefined {
  return LONGEST_INTEGER.test(text) ? BigInt(text) : undefined;
}

/** The double that a text says, or undefined where none prints as these digits. */
export function exactDouble(text: string): number | undefined {
  if (text.length > LONGEST_DOUBLE) return undefined;
  const named = namedNumber(text);
  if (named !== undefined) return named;
  if (!NUMBER.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) && isSame(text, String(value)) ? value : undefined;
}

/** The same for FLOAT, which has fewer digits: `0.1` is one, though no double that is a FLOAT prints so. */
export function exactFloat(text: string): number | undefined {
  const value = exactDouble(text);
  if (value === undefined || !Number.isFinite(value)) return value;
  const float = Math.fround(value);
  if (!Number.isFinite(float)) return undefined;
  const digits = Math.min(Math.max(read(text).digits.length, 1), FLOAT_DIGITS);
  return isSame(text, String(float)) || isSame(text, float.toPrecision(digits)) ? value : undefined;
}

/** The text of a DECIMAL that holds every digit of a number, or undefined where it has not the room. */
export function decimalText(text: string, precision: number, scale: number): string | undefined {
  if (text.length > LONGEST_DECIMAL || !NUMBER.test(text)) return undefined;
  const { isNegative, digits, exponent } = read(text);
  if (digits === '') return '0';
  if (exponent > precision - scale || digits.length - exponent > scale) return undefined;
  const whole = exponent > 0 ? digits.slice(0, exponent).padEnd(exponent, '0') : '0';
  const rest = exponent > 0 ? digits.slice(exponent) : '0'.repeat(-exponent) + digits;
  return `${isNegative ? '-' : ''}${whole}${rest === '' ? '' : `.${rest}`}`;
}

function namedNumber(text: string): number | undefined {
  if (text === 'nan' || text === '-nan') return Number.NaN;
  if (text === 'inf') return Number.POSITIVE_INFINITY;
  return text === '-inf' ? Number.NEGATIVE_INFINITY : undefined;
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [read(one), read(other)];
  return a.digits === b.digits && (a.digits === '' || a.exponent === b.exponent);
}

/** Of a text that NUMBER matches. */
function read(text: string): Decimal {
  const isNegative = text.startsWith('-');
  const [mantissa = '', power = '0'] = text.slice(isNegative ? 1 : 0).split(/[eE]/);
  const [whole = '', fraction = ''] = mantissa.split('.');
  const all = whole + fraction;
  let from = 0;
  let to = all.length;
  // Loops, for a pattern would try every run of zeros from each of its places.
  while (from < to && all[from] === '0') from += 1;
  while (to > from && all[to - 1] === '0') to -= 1;
  return { isNegative, digits: all.slice(from, to), exponent: whole.length - from + Number(power) };
}

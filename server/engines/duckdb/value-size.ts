import { isNode, text } from './tree-node.ts';

/** Characters of a text, or items of a list, that one call may make: a value is held in memory whole, whatever the limit. */
const LARGEST_VALUE = 10_000_000;

/** Functions whose result is as long as a number says, and which argument that is. */
const SIZED_BY: Record<string, number> = {
  repeat: 1,
  lpad: 1,
  rpad: 1,
  list_resize: 1,
  array_resize: 1,
  bitstring: 1,
};
const SERIES = new Set(['range', 'generate_series']);
/** What in a format text says how wide its values become: `{:10}`, `%-10d`. */
const WIDTHS: Record<string, RegExp> = {
  format: /\{[^}]*\}?/g,
  printf: /%[^a-z%]*/gi,
};

/** True where a call is written to give one value too large to hold; sizes that come from the data are not known here. */
export function givesHugeValue(name: string, args: readonly unknown[]): boolean {
  const sizedBy = SIZED_BY[name];
  if (sizedBy !== undefined) return (writtenNumber(args[sizedBy]) ?? 0) > LARGEST_VALUE;
  const widths = WIDTHS[name];
  if (widths) return formattedSize(widths, args) > LARGEST_VALUE;
  return SERIES.has(name) && seriesLength(args) > LARGEST_VALUE;
}

/** All widths together, and those that the format takes from an argument (`{:{}}`, `%*d`). */
function formattedSize(widths: RegExp, [format, ...values]: readonly unknown[]): number {
  let size = 0;
  for (const [part] of (writtenText(format) ?? '').matchAll(widths)) {
    for (const [digits] of part.matchAll(/\d+/g)) size += Number(digits);
    if (/^\{[^}]*\{|\*/.test(part)) size += Math.max(0, ...values.map((value) => writtenNumber(value) ?? 0));
  }
  return size;
}

/** How many items a range(…) has; 0 where its text does not tell. */
function seriesLength(args: readonly unknown[]): number {
  const [first = null, second = null] = args.map((arg) => writtenNumber(arg) ?? writtenMoment(arg));
  const step = args.length < 3 ? 1 : (writtenNumber(args[2]) ?? writtenInterval(args[2]) ?? 1);
  if (args.length === 1) return first ?? 0;
  return first === null || second === null ? 0 : Math.abs((second - first) / step);
}

/** The number that an argument is, as far as its text alone tells. */
function writtenNumber(node: unknown): number | null {
  if (!isNode(node)) return null;
  if (node['class'] === 'CONSTANT') {
    const value = isNode(node['value']) ? node['value']['value'] : null;
    return typeof value === 'number' ? value : null;
  }
  if (node['class'] === 'CAST') return writtenNumber(node['child']);
  if (node['class'] !== 'FUNCTION' || node['is_operator'] !== true) return null;
  const [left = null, right = null] = Array.isArray(node['children'])
    ? node['children'].map(writtenNumber)
    : [];
  return left === null || right === null ? null : calculated(text(node['function_name']), left, right);
}

function calculated(operator: string, left: number, right: number): number | null {
  switch (operator) {
    case '*':
      return left * right;
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '**':
    case '^':
      return left ** right;
    default:
      return null;
  }
}

/** The text that an argument is, written out or joined from such. */
function writtenText(node: unknown): string | null {
  if (!isNode(node)) return null;
  if (node['class'] === 'CONSTANT') {
    const value = isNode(node['value']) ? node['value']['value'] : null;
    return typeof value === 'string' ? value : null;
  }
  if (node['class'] === 'CAST') return writtenText(node['child']);
  if (node['class'] !== 'FUNCTION' || !['||', 'concat'].includes(text(node['function_name']))) return null;
  const parts = Array.isArray(node['children']) ? node['children'].map(writtenText) : [];
  // What is not known is taken for nothing.
  return parts.map((part) => part ?? '').join('');
}

/** A date or timestamp that is written out, in microseconds. */
function writtenMoment(node: unknown): number | null {
  if (!isNode(node) || node['class'] !== 'CAST') return null;
  const written = writtenText(node['child']);
  const at = written === null ? Number.NaN : Date.parse(`${written.trim().replace(' ', 'T')}`);
  return Number.isNaN(at) ? null : at * 1000;
}

const SECOND = 1_000_000;
const DAY = 86_400 * SECOND;
/** Microseconds of each unit, by the beginnings of their names. */
const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^(microsecond|us)/, 1],
  [/^(millisecond|ms)/, 1000],
  [/^(millenni|mil)/, 365_250 * DAY],
  [/^(minute|min|m$)/, 60 * SECOND],
  [/^(month|mon)/, 30 * DAY],
  [/^(second|sec|s$)/, SECOND],
  [/^(hour|hr|h$)/, 3600 * SECOND],
  [/^(day|d$)/, DAY],
  [/^(week|w$)/, 7 * DAY],
  [/^quarter/, 91 * DAY],
  [/^(year|yr|y$)/, 365 * DAY],
  [/^dec/, 3652 * DAY],
  [/^c/, 36_525 * DAY],
];

/** An interval that is written out, in microseconds; at least one. */
function writtenInterval(node: unknown): number | null {
  if (!isNode(node)) return null;
  if (node['class'] === 'CAST') return intervalIn(writtenText(node['child']) ?? '');
  const unit = /^to_(\w+)$/.exec(text(node['function_name']).toLowerCase())?.[1];
  const [count] = Array.isArray(node['children']) ? (node['children'] as unknown[]) : [];
  return unit === undefined ? null : microseconds(truncated(count), unit);
}

function intervalIn(written: string): number | null {
  const parts = [...written.matchAll(/([+-]?[\d.]+)\s*([a-z]+)/gi)];
  const sizes = parts.map(([, count, unit]) => microseconds(Number(count), (unit ?? '').toLowerCase()));
  if (sizes.length === 0 || sizes.includes(null)) return null;
  return Math.max(1, Math.abs(sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0)));
}

function microseconds(count: number | null, unit: string): number | null {
  const size = UNITS.find(([name]) => name.test(unit))?.[1];
  return count === null || size === undefined ? null : Math.max(1, Math.abs(count * size));
}

/** INTERVAL 1 MICROSECOND is to_microseconds(CAST(trunc(CAST(1 AS DOUBLE)) AS BIGINT)). */
function truncated(node: unknown): number | null {
  if (!isNode(node)) return null;
  if (node['class'] === 'CAST') return truncated(node['child']);
  if (text(node['function_name']) === 'trunc') {
    const children: unknown = node['children'];
    return Array.isArray(children) ? truncated(children[0]) : null;
  }
  return writtenNumber(node);
}

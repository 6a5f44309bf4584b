import type { InputColumn, PackedCells } from '../wire.ts';
import { bareList, execPattern, isSafeInteger, Numeric, parseJson, sliceText } from './intrinsics.ts';
import { Refusal } from './trouble.ts';

export type Cell = unknown;

/** The cells of a packed input column as a person's code sees them. */
export function unpack(column: InputColumn, cells: PackedCells, rows: number): Cell[] {
  const { nulls, numbers, text, lengths } = cells;
  const values = bareList<Cell>(rows);
  let start = 0;
  for (let row = 0; row < rows; row += 1) {
    const length = lengths?.[row] ?? 0;
    if (nulls?.[row]) values[row] = null;
    else if (text !== null) values[row] = readText(column, sliceText(text, start, start + length));
    else values[row] = column.kind === 'boolean' ? numbers?.[row] === 1 : numbers?.[row];
    start += length;
  }
  return values;
}

function readText(column: InputColumn, text: string): Cell {
  return column.kind === 'json' ? readJson(column, text) : text;
}

const LONG_NUMBER = /[0-9][0-9.]{15,}/;

/** A list or struct as an array or object. A number that a double cannot hold is refused rather than rounded. */
function readJson(column: InputColumn, text: string): Cell {
  try {
    if (execPattern(LONG_NUMBER, text) === null) return parseJson(text);
    return (parseJson as ParseWithSource)(text, (_key, value, context) => {
      if (typeof value === 'number' && context.source !== undefined && !isExact(value, context.source)) {
        throw inexact(column.name, `the number ${context.source}`);
      }
      return value;
    });
  } catch (thrown) {
    if (Refusal.is(thrown)) throw thrown;
    // The one thing that DuckDB writes into JSON and that JSON has not.
    throw inexact(column.name, 'NaN or an infinity inside a list or struct');
  }
}

function inexact(name: string, what: string): Refusal {
  return new Refusal(
    'value-not-exact',
    `Column "${name}" holds ${what}, which JavaScript cannot hold exactly`,
    'Cast the column to VARCHAR before this node, or leave it out.',
  );
}

/** `JSON.parse` as the language has it now, with the digits of each number. */
type ParseWithSource = (
  text: string,
  reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
) => unknown;

/** Whether a number prints as it was written, however that was written: `1e300` is `1e+300`, and `0.50` is `0.5`. */
function isExact(value: number, source: string): boolean {
  return isSafeInteger(value) && execPattern(WHOLE, source) !== null
    ? true
    : normalised(`${value}`) === normalised(source);
}

const WHOLE = /^-?[0-9]+$/;
const PARTS = /^(-?)([0-9]*)\.?([0-9]*)(?:e([+-]?[0-9]+))?$/i;
const FRAMED = /^0*([0-9]*?)(0*)$/;

/** Its digits without zeros at the ends, and the power of ten by which they count. */
function normalised(text: string): string {
  const parts = execPattern(PARTS, text);
  if (!parts) return text;
  const fraction = parts[3] ?? '';
  const digits = execPattern(FRAMED, (parts[2] ?? '') + fraction);
  const core = digits?.[1] ?? '';
  if (core === '') return '0';
  const power = Numeric(parts[4] ?? 0) - fraction.length + (digits?.[2] ?? '').length;
  return `${parts[1] ?? ''}${core}e${power}`;
}

/** Makes a row out of the columns at an index; every row has the same keys in the same order. */
export function rowMaker(
  columns: readonly InputColumn[],
): (cells: Cell[][], index: number) => Record<string, unknown> {
  const fields = columns.map(({ name }, at) => {
    const key = JSON.stringify(name);
    // In an object literal `__proto__` is no key unless it is computed.
    return `${name === '__proto__' ? `[${key}]` : key}: cells[${at}][index]`;
  });
  // Names are JSON strings here, which are JavaScript strings too; nothing of a person's stands as code.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  return new Function('cells', 'index', `return { ${fields.join(', ')} };`) as ReturnType<typeof rowMaker>;
}

import type { InputColumn, PackedCells } from '../wire.ts';
import { isSafeInteger, parseJson, sliceText } from './intrinsics.ts';
import { Refusal } from './trouble.ts';

export type Cell = unknown;

/** The cells of a packed input column as a person's code sees them. */
export function unpack(column: InputColumn, cells: PackedCells, rows: number): Cell[] {
  const { nulls, numbers, text, lengths } = cells;
  const values = new Array<Cell>(rows);
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
  if (!LONG_NUMBER.test(text)) return parseJson(text);
  return (parseJson as ParseWithSource)(text, (_key, value, context) => {
    if (typeof value === 'number' && context.source !== undefined && !isExact(value, context.source)) {
      throw new Refusal(
        'value-not-exact',
        `Column "${column.name}" holds the number ${context.source}, which JavaScript cannot hold exactly`,
        'Cast the column to VARCHAR before this node, or leave it out.',
      );
    }
    return value;
  });
}

/** `JSON.parse` as the language has it now, with the digits of each number. */
type ParseWithSource = (
  text: string,
  reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
) => unknown;

/** A whole number must be safe; digits after the point are those of a double that was written in full. */
function isExact(value: number, source: string): boolean {
  if (isSafeInteger(value)) return true;
  return `${value}` === source || (source.includes('.') && source.replace(/[-.eE+]/g, '').length <= 17);
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

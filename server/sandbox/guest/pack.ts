import {
  LONGEST_COLUMN_NAME,
  MOST_COLUMNS,
  type OutputBatch,
  type OutputColumn,
  type OutputKind,
} from '../wire.ts';
import {
  Big,
  NumberMap,
  bigintText,
  dateTime,
  defineProperty,
  isArray,
  isNotANumber,
  isSafeInteger,
  isWellFormed,
  joinTexts,
  mapGet,
  mapSet,
  objectKeys,
  stringifyJson,
} from './intrinsics.ts';
import { Refusal } from './trouble.ts';
import type { Cell } from './unpack.ts';

interface Manner {
  /** NaN is taken for NULL, as DataFrames mean it. */
  nanIsNull: boolean;
  /** Which row of the whole result is the first here, for messages; counts from 0. */
  firstRow: number;
}

/** What came out of a person's code, by columns in the order in which they were first seen. */
export class OutputTable {
  readonly names: string[] = [];
  readonly #cells: Cell[][] = [];
  readonly #places = new NumberMap();
  readonly #manner: Manner;
  rows = 0;

  constructor(manner: Manner) {
    this.#manner = manner;
  }

  /** A row as an object. Keys that other rows have and this one has not are NULL. */
  addRow(row: unknown): void {
    if (typeof row !== 'object' || row === null || isArray(row)) {
      throw new Refusal(
        'not-a-row',
        `A row is an object with a value for each column, and this is ${kindInWords(row)}`,
      );
    }
    const keys = objectKeys(row);
    for (let at = 0; at < keys.length; at += 1) {
      const key = keys[at] ?? '';
      this.#column(key)[this.rows] = (row as Record<string, unknown>)[key];
    }
    this.rows += 1;
  }

  /** A row as an array, its cells in the order of `names`. */
  addCells(cells: readonly Cell[], names: readonly string[]): void {
    for (let at = 0; at < names.length; at += 1) this.#column(names[at] ?? '')[this.rows] = cells[at];
    this.rows += 1;
  }

  /** Makes sure that a column is there, also without rows. */
  declare(name: string): void {
    this.#column(name);
  }

  pack(from: number, to: number): OutputBatch {
    const columns: OutputColumn[] = [];
    for (let at = 0; at < this.names.length; at += 1) {
      const name = this.names[at] ?? '';
      put(columns, at, packColumn({ name, cells: this.#cells[at] ?? [], from, to, ...this.#manner }));
    }
    return { rows: to - from, columns };
  }

  #column(name: string): Cell[] {
    const place = mapGet(this.#places, name);
    if (place !== undefined) return this.#cells[place] ?? [];
    if (this.names.length >= MOST_COLUMNS) {
      throw new Refusal(
        'too-many-columns',
        `The result has more than ${MOST_COLUMNS} columns`,
        'Rows must share their keys: put what varies into the values.',
      );
    }
    if (name.length > LONGEST_COLUMN_NAME) {
      throw new Refusal(
        'column-name-too-long',
        `A column's name has ${name.length} characters; ${LONGEST_COLUMN_NAME} is the most`,
      );
    }
    const cells: Cell[] = [];
    mapSet(this.#places, name, this.names.length);
    put(this.#cells, this.names.length, cells);
    put(this.names, this.names.length, name);
    return cells;
  }
}

/** Sets an element so that no setter on a prototype is asked: what crosses is made by us alone. */
function put<T>(list: T[], at: number, value: T): void {
  defineProperty(list, at, { value, writable: true, enumerable: true, configurable: true });
}

interface Part extends Manner {
  name: string;
  cells: readonly Cell[];
  from: number;
  to: number;
}

function packColumn(part: Part): OutputColumn {
  const { name, cells, from, to } = part;
  const kind = kindOf(part);
  const rows = to - from;
  const nulls = new Uint8Array(rows);
  const isNumeric = kind === 'number' || kind === 'boolean' || kind === 'date';
  const numbers = isNumeric ? new Float64Array(rows) : null;
  const texts = isNumeric || kind === 'null' ? null : new Array<string>(rows);
  const lengths = texts && new Uint32Array(rows);
  let hasNulls = false;
  for (let row = 0; row < rows; row += 1) {
    const cell = cells[from + row];
    if (isMissing(cell, part.nanIsNull)) {
      nulls[row] = 1;
      hasNulls = true;
      if (texts) texts[row] = '';
    } else if (numbers)
      numbers[row] = kind === 'date' ? dateOf(cell, name, numberOf(part, row)) : Number(cell);
    else if (texts && lengths) {
      const text = textOf(cell, kind, { name, row: numberOf(part, row) });
      texts[row] = text;
      lengths[row] = text.length;
    }
  }
  return {
    name,
    kind,
    nulls: hasNulls ? nulls : null,
    numbers,
    text: texts && joinTexts(texts, ''),
    lengths,
  };
}

/** A row's number in the whole result, from 1. */
function numberOf({ from, firstRow }: Part, row: number): number {
  return firstRow + from + row + 1;
}

function isMissing(cell: Cell, nanIsNull: boolean): boolean {
  return cell === null || cell === undefined || (nanIsNull && typeof cell === 'number' && isNotANumber(cell));
}

/** One kind for the whole column, or a refusal that names the rows. */
function kindOf(part: Part): OutputKind {
  const { name, cells, from, to, nanIsNull } = part;
  let kind: OutputKind = 'null';
  let since = 0;
  for (let row = from; row < to; row += 1) {
    const cell = cells[row];
    if (isMissing(cell, nanIsNull)) continue;
    const found = kindOfCell(cell, name, numberOf(part, row - from));
    if (found === kind) continue;
    const both: OutputKind | null = kind === 'null' ? found : unified(kind, found);
    if (both === null) {
      throw new Refusal(
        'mixed-column',
        `Column "${name}" holds ${IN_WORDS[kind]} (row ${numberOf(part, since - from)}) and ${IN_WORDS[found]} (row ${numberOf(part, row - from)})`,
        'Give a column values of one kind, and null where there is none.',
      );
    }
    if (kind === 'null') since = row;
    kind = both;
  }
  return kind;
}

const IN_WORDS: Record<OutputKind, string> = {
  null: 'nulls',
  number: 'numbers',
  boolean: 'booleans',
  text: 'texts',
  bigint: 'BigInts',
  date: 'dates',
  json: 'objects',
};

/** Whole numbers may stand beside BigInts; objects make their neighbours JSON. */
function unified(a: OutputKind, b: OutputKind): OutputKind | null {
  if ((a === 'number' && b === 'bigint') || (a === 'bigint' && b === 'number')) return 'bigint';
  if (a === 'json' || b === 'json')
    return a === 'date' || b === 'date' || a === 'bigint' || b === 'bigint' ? null : 'json';
  return null;
}

function kindOfCell(cell: Cell, name: string, row: number): OutputKind {
  switch (typeof cell) {
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'string':
      return 'text';
    case 'bigint':
      return 'bigint';
    case 'object':
      return isDate(cell) ? 'date' : 'json';
    default:
      throw new Refusal(
        'value-not-data',
        `Column "${name}" holds a ${typeof cell} in row ${row}, which is no data`,
      );
  }
}

/** By the date's own slot, which no prototype can pretend. */
function isDate(cell: unknown): cell is Date {
  try {
    dateTime(cell);
    return true;
  } catch {
    return false;
  }
}

function dateOf(cell: Cell, name: string, row: number): number {
  const time = dateTime(cell);
  if (!isNotANumber(time)) return time;
  throw new Refusal(
    'invalid-date',
    `Column "${name}" holds an invalid date in row ${row}`,
    'Give null where there is no date.',
  );
}

function textOf(cell: Cell, kind: OutputKind, { name, row }: { name: string; row: number }): string {
  if (kind === 'text') return wellFormed(cell as string, name, row);
  if (kind === 'bigint') return bigintText(bigOf(cell as bigint | number, name, row));
  return wellFormed(jsonOf(cell, name, row), name, row);
}

function bigOf(cell: bigint | number, name: string, row: number): bigint {
  if (typeof cell === 'bigint') return cell;
  if (isSafeInteger(cell)) return Big(cell);
  throw new Refusal(
    'mixed-column',
    `Column "${name}" holds BigInts, and in row ${row} the number ${cell}`,
    'Use BigInt for every value of the column.',
  );
}

function jsonOf(cell: Cell, name: string, row: number): string {
  const at = `Column "${name}" holds in row ${row}`;
  let text: unknown;
  try {
    text = stringifyJson(cell);
  } catch (thrown) {
    throw new Refusal(
      'value-not-data',
      `${at} an object that is no JSON (${messageOf(thrown)})`,
      'Give plain objects and arrays, without cycles and BigInts.',
    );
  }
  if (typeof text === 'string') return text;
  throw new Refusal('value-not-data', `${at} an object that is no JSON`);
}

function messageOf(thrown: unknown): string {
  try {
    const { message } = thrown as Error;
    return typeof message === 'string' ? (message.split('\n')[0] ?? '').slice(0, 200) : 'it threw';
  } catch {
    return 'it threw';
  }
}

/** Half of a surrogate pair is no character, and would be replaced by another on the way. */
function wellFormed(text: string, name: string, row: number): string {
  if (isWellFormed(text)) return text;
  throw new Refusal(
    'value-not-text',
    `Column "${name}" holds in row ${row} a text that is no Unicode (half of a surrogate pair)`,
  );
}

/** What a value is, for a sentence. */
export function kindInWords(value: unknown): string {
  if (value === null) return 'null';
  if (isArray(value)) return 'an array';
  switch (typeof value) {
    case 'undefined':
      return 'nothing (undefined)';
    case 'object':
      return 'an object';
    case 'function':
      return 'a function';
    default:
      return `a ${typeof value}`;
  }
}

import {
  BATCH_ROWS,
  BATCH_TEXT,
  LONGEST_COLUMN_NAME,
  LONGEST_ROW,
  LONGEST_TEXT,
  MOST_COLUMNS,
  type OutputBatch,
  type OutputColumn,
  type OutputKind,
} from '../wire.ts';
import {
  bareList,
  Big,
  bigintText,
  Bytes,
  dateTime,
  Doubles,
  execPattern,
  getPrototypeOf,
  isArray,
  isFiniteNumber,
  isNoPromise,
  isNotANumber,
  isSafeInteger,
  isWellFormed,
  joinTexts,
  mapGet,
  mapSet,
  NumberMap,
  Numeric,
  objectKeys,
  plainObjects,
  put,
  sliceText,
  stringifyJson,
  typedArrayLength,
  typedArrayName,
  Words,
} from './intrinsics.ts';
import { strangeKind, strangeRow, type Strange } from './strange.ts';
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
  readonly names = bareList<string>();
  readonly #cells = bareList<Cell[]>();
  readonly #places = new NumberMap();
  readonly #manner: Manner;
  rows = 0;

  static {
    isNoPromise(this.prototype);
  }

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
    refuseStrangeRow(row);
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

  /**
   * Where a batch ends that begins at a row: after so many rows or so much text. Objects become texts on the way, once,
   * which tells how long they are.
   */
  batchEnd(from: number): number {
    const most = this.rows - from > BATCH_ROWS ? from + BATCH_ROWS : this.rows;
    let length = 0;
    for (let row = from; row < most; row += 1) {
      length += this.#textOfRow(row);
      if (length > BATCH_TEXT && row > from) return row;
    }
    return most;
  }

  pack(from: number, to: number): OutputBatch {
    const columns: OutputColumn[] = [];
    for (let at = 0; at < this.names.length; at += 1) {
      const name = this.names[at] ?? '';
      put(columns, at, packColumn({ name, cells: this.#cells[at] ?? [], from, to, ...this.#manner }));
    }
    return { rows: to - from, columns };
  }

  #textOfRow(at: number): number {
    let length = 0;
    for (let place = 0; place < this.names.length; place += 1) {
      const cell = this.#cells[place]?.[at];
      if (typeof cell === 'string' && cell.length <= LONGEST_TEXT) length += cell.length;
      else if (hasText(cell)) length += this.#textOfCell(place, at, cell);
    }
    if (length <= LONGEST_ROW) return length;
    throw new Refusal(
      'value-too-long',
      `Row ${this.#manner.firstRow + at + 1} of the result has more than ${LONGEST_ROW / 1e6} million characters`,
      'Spread its values over several rows, or leave them out.',
    );
  }

  #textOfCell(place: number, at: number, cell: string | bigint | object): number {
    if (typeof cell === 'bigint') return bigintText(cell).length;
    const { nanIsNull, firstRow } = this.#manner;
    const where = { name: this.names[place] ?? '', row: firstRow + at + 1, nanIsNull };
    if (typeof cell === 'string') return lengthOf(cell, where);
    const text = jsonOf(cell, where);
    const cells = this.#cells[place];
    if (cells) cells[at] = new JsonText(text);
    return lengthOf(text, where);
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
    const cells = bareList<Cell>();
    const at = this.names.length;
    mapSet(this.#places, name, at);
    this.#cells[at] = cells;
    this.names[at] = name;
    return cells;
  }
}

/** An object that has become JSON. */
class JsonText {
  readonly #text: string;

  static {
    isNoPromise(this.prototype);
  }

  constructor(text: string) {
    this.#text = text;
  }

  static of(cell: Cell): string | null {
    return typeof cell === 'object' && cell !== null && #text in cell ? cell.#text : null;
  }
}

/** What is to be measured: texts, and objects that are yet to become texts. */
function hasText(cell: Cell): cell is string | bigint | object {
  return (
    typeof cell === 'string' ||
    typeof cell === 'bigint' ||
    (typeof cell === 'object' && cell !== null && !isDate(cell))
  );
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
  const nulls = new Bytes(rows);
  const isNumeric = kind === 'number' || kind === 'boolean' || kind === 'date';
  const numbers = isNumeric ? new Doubles(rows) : null;
  const texts = isNumeric || kind === 'null' ? null : bareList<string>(rows);
  const lengths = texts && new Words(rows);
  let hasNulls = false;
  for (let row = 0; row < rows; row += 1) {
    const cell = cells[from + row];
    if (isMissing(cell, part.nanIsNull)) {
      nulls[row] = 1;
      hasNulls = true;
      if (texts) texts[row] = '';
    } else if (numbers)
      numbers[row] = kind === 'date' ? dateOf(cell, name, numberOf(part, row)) : Numeric(cell);
    else if (texts && lengths) {
      const text = textOf(cell, kind, { name, row: numberOf(part, row), nanIsNull: part.nanIsNull });
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
      return cell !== null && isDate(cell) ? 'date' : 'json';
    default:
      throw new Refusal(
        'value-not-data',
        `Column "${name}" holds a ${typeof cell} in row ${row}, which is no data`,
      );
  }
}

/** By the date's own slot, which no prototype can pretend. */
function isDate(cell: object): cell is Date {
  // What objects as a rule are is known without an error for each.
  if (isPlain(cell) || JsonText.of(cell) !== null) return false;
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

/** Which cell is spoken of. */
interface Where {
  name: string;
  row: number;
  nanIsNull: boolean;
}

function textOf(cell: Cell, kind: OutputKind, where: Where): string {
  const { name, row } = where;
  if (kind === 'text') return wellFormed(cell as string, name, row);
  if (kind === 'bigint') return bigintText(bigOf(cell as bigint | number, name, row));
  const text = wellFormed(jsonOf(cell, where), name, row);
  // A text among objects has become longer by its quotes.
  lengthOf(text, where);
  return text;
}

function lengthOf({ length }: string, { name, row }: Where): number {
  if (length <= LONGEST_TEXT) return length;
  throw new Refusal(
    'value-too-long',
    `Column "${name}" holds in row ${row} a value of ${length} characters; ${LONGEST_TEXT / 1e6} million is the most`,
    'Split it over several rows, or leave it out.',
  );
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

function jsonOf(cell: Cell, where: Where): string {
  const known = JsonText.of(cell);
  if (known !== null) return known;
  const at = `Column "${where.name}" holds in row ${where.row}`;
  let text: unknown;
  try {
    text = stringifyJson(cell, (_key, value: unknown) => jsonValue(value, at, where.nanIsNull));
  } catch (thrown) {
    if (Refusal.is(thrown)) throw thrown;
    throw new Refusal(
      'value-not-data',
      `${at} an object that is no JSON (${messageOf(thrown)})`,
      'Give plain objects and arrays, without cycles and BigInts.',
    );
  }
  if (typeof text === 'string') return text;
  throw new Refusal('value-not-data', `${at} an object that is no JSON`);
}

/** A value inside JSON; what JSON would make something else of without a word is refused. */
function jsonValue(value: unknown, at: string, nanIsNull: boolean): unknown {
  if (typeof value === 'number' && !isFiniteNumber(value)) {
    if (nanIsNull && isNotANumber(value)) return null;
    throw new Refusal(
      'value-not-data',
      `${at} an object with the number ${value}, which JSON has not`,
      'Give null where there is no number.',
    );
  }
  if (typeof value !== 'object' || value === null || isPlain(value)) return value;
  if (typedArrayName(value) !== undefined) return elementsOf(value);
  const strange = strangeKind(value);
  if (strange === null) return value;
  throw new Refusal('value-not-data', `${at} ${strange.words}, which is no data`, strange.hint);
}

function isPlain(value: object): boolean {
  return isArray(value) || getPrototypeOf(value) === plainObjects;
}

function elementsOf(value: object): unknown[] {
  const length = Numeric(typedArrayLength(value));
  const elements = bareList(length);
  for (let at = 0; at < length; at += 1) elements[at] = (value as unknown[])[at];
  return elements;
}

function refuseStrangeRow(row: object): void {
  if (getPrototypeOf(row) === plainObjects) return;
  const strange: Strange | null =
    typedArrayName(row) === undefined ? strangeRow(row) : { words: 'a typed array', hint: null };
  if (strange === null) return;
  throw new Refusal(
    'not-a-row',
    `A row is an object with a value for each column, and this is ${strange.words}`,
    strange.hint,
  );
}

const FIRST_LINE = /^[^\n]*/;

function messageOf(thrown: unknown): string {
  try {
    const { message } = thrown as Error;
    if (typeof message !== 'string') return 'it threw';
    return execPattern(FIRST_LINE, sliceText(message, 0, 200))?.[0] ?? '';
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
      return wordsFor(value);
    case 'function':
      return 'a function';
    default:
      return `a ${typeof value}`;
  }
}

function wordsFor(value: object): string {
  try {
    return strangeRow(value)?.words ?? 'an object';
  } catch {
    return 'an object';
  }
}

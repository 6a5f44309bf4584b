import {
  BATCH_ROWS,
  BATCH_TEXT,
  LONGEST_COLUMN_NAME,
  LONGEST_ROW,
  LONGEST_TEXT,
  MOST_COLUMNS,
  type OutputBatch,
  type OutputColumn,
} from '../wire.ts';
import {
  bareList,
  bigintText,
  execPattern,
  getPrototypeOf,
  isArray,
  isNoPromise,
  isWellFormed,
  mapGet,
  mapSet,
  NumberMap,
  objectKeys,
  plainObjects,
  put,
  typedArrayName,
} from './intrinsics.ts';
import { jsonOf, JsonText } from './json.ts';
import { isDate, packColumn, type Manner } from './pack.ts';
import { kindInWords, strangeRow, unboxed, type Strange } from './strange.ts';
import { lengthOf } from './texts.ts';
import { Refusal } from './trouble.ts';
import type { Cell } from './unpack.ts';

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
      this.#column(key)[this.rows] = unboxed((row as Record<string, unknown>)[key]);
    }
    this.rows += 1;
  }

  /** A row as an array, its cells in the order of `names`. */
  addCells(cells: readonly Cell[], names: readonly string[]): void {
    for (let at = 0; at < names.length; at += 1) {
      this.#column(names[at] ?? '')[this.rows] = unboxed(cells[at]);
    }
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
    const at = this.names.length;
    refuseBadName(name, at + 1);
    const cells = bareList<Cell>();
    mapSet(this.#places, name, at);
    this.#cells[at] = cells;
    this.names[at] = name;
    return cells;
  }
}

/** Names that no column of a table can have. What cannot be written is told by its place. */
function refuseBadName(name: string, place: number): void {
  if (name.length > LONGEST_COLUMN_NAME) {
    throw new Refusal(
      'column-name-too-long',
      `A column's name has ${name.length} characters; ${LONGEST_COLUMN_NAME} is the most`,
    );
  }
  const fault =
    name === ''
      ? 'has an empty name'
      : execPattern(NUL, name) !== null
        ? 'has a NUL character in its name'
        : isWellFormed(name)
          ? null
          : 'has a name that is no Unicode (half of a surrogate pair)';
  if (fault === null) return;
  throw new Refusal('column-name-invalid', `Column ${place} of the result ${fault}`, 'Give it another key.');
}

const NUL = /\0/;

/** What is to be measured: texts, and objects that are yet to become texts. */
function hasText(cell: Cell): cell is string | bigint | object {
  return (
    typeof cell === 'string' ||
    typeof cell === 'bigint' ||
    (typeof cell === 'object' && cell !== null && !isDate(cell))
  );
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

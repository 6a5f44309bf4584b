import type { OutputColumn, OutputKind } from '../wire.ts';
import {
  bareList,
  Big,
  bigintText,
  Bytes,
  dateTime,
  Doubles,
  isNotANumber,
  isSafeInteger,
  joinTexts,
  Numeric,
  Words,
} from './intrinsics.ts';
import { jsonOf, JsonText } from './json.ts';
import { isPlain } from './strange.ts';
import { lengthOf, wellFormed, type Where } from './texts.ts';
import { Refusal } from './trouble.ts';
import type { Cell } from './unpack.ts';

export interface Manner {
  /** NaN is taken for NULL, as DataFrames mean it. */
  nanIsNull: boolean;
  /** Which row of the whole result is the first here, for messages; counts from 0. */
  firstRow: number;
}

/** A stretch of a column. */
export interface Part extends Manner {
  name: string;
  cells: readonly Cell[];
  from: number;
  to: number;
}

export function packColumn(part: Part): OutputColumn {
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
export function isDate(cell: object): cell is Date {
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

function textOf(cell: Cell, kind: OutputKind, where: Where): string {
  if (kind === 'text') return wellFormed(cell as string, where);
  if (kind === 'bigint') return bigintText(bigOf(cell as bigint | number, where));
  const text = jsonOf(cell, where);
  // A text among objects has become longer by its quotes.
  lengthOf(text, where);
  return text;
}

function bigOf(cell: bigint | number, { name, row }: Where): bigint {
  if (typeof cell === 'bigint') return cell;
  if (isSafeInteger(cell)) return Big(cell);
  throw new Refusal(
    'mixed-column',
    `Column "${name}" holds BigInts, and in row ${row} the number ${cell}`,
    'Use BigInt for every value of the column.',
  );
}

import { AppError } from '#lib/errors/app-error.ts';
import type { Column } from '#lib/sql/schema.ts';
import { parseType } from '#lib/sql/types.ts';
import { quoteIdentifier } from '#lib/sql/quote.ts';
import type { CarrierType } from '#server/engines/duckdb/batches.ts';
import type { OutputColumn, OutputKind } from '#server/sandbox/wire.ts';
import { FRACTION_DIGITS, fractionFits, INTEGER_RANGES, leavesKept } from './json-leaves.ts';
import { decimalText, exactDouble, exactFloat, integerOf } from './number-text.ts';

type Cell = boolean | number | bigint | string;
export type CarriedCell = Cell | null;

/** How cells from code become a column of a SQL type. */
export interface ColumnOut {
  carrier: CarrierType;
  /** The carried cell, or undefined where the value is not of the type. */
  convert: (cell: Cell, kind: OutputKind) => Cell | undefined;
  /** SQL that makes the type of the carrier. */
  cast: (column: string) => string;
}

const DATE = /^[+-]?\d{4,6}-\d\d-\d\d( \(BC\))?$/;
const TIMESTAMP = /^[+-]?\d{4,6}-\d\d-\d\d( \(BC\))?([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?)?$/;
const ZONED = /^[+-]?\d{4,6}-\d\d-\d\d( \(BC\))?[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d(:?\d\d)?)$/;
const SPECIAL_DATE = /^-?infinity$/;
const MIDNIGHT = 86_400_000;
/** A longer text is not read here, where everything else waits and memory is everybody's: DuckDB reads it in the cast. */
const LONGEST_READ_JSON = 1_000_000;

export function columnOut(type: string): ColumnOut {
  const parsed = parseType(type);
  const cast = (column: string) => `CAST(${column} AS ${type})`;
  const texts = (accept: (text: string) => boolean): ColumnOut => ({
    carrier: 'VARCHAR',
    convert: (cell, kind) => (kind === 'text' && accept(cell as string) ? cell : undefined),
    cast,
  });
  if (parsed?.kind === 'simple') {
    const { name, args } = parsed;
    const range = INTEGER_RANGES[name];
    if (range) return integers(name, range, cast);
    if (name === 'BOOLEAN')
      return { carrier: 'BOOLEAN', convert: (cell, kind) => (kind === 'boolean' ? cell : undefined), cast };
    if (name === 'DOUBLE') return { carrier: 'DOUBLE', convert: doubleOf, cast };
    if (name === 'FLOAT') return { carrier: 'DOUBLE', convert: floatOf, cast };
    if (name === 'DECIMAL') return decimals(args, cast);
    if (name === 'VARCHAR') return texts(() => true);
    if (name === 'JSON') return { carrier: 'VARCHAR', convert: jsonOf, cast };
    if (name === 'DATE') return dates(cast);
    if (name.startsWith('TIMESTAMP')) return instants(name, cast);
    const digits = FRACTION_DIGITS[name];
    if (digits !== undefined) return texts((text) => fractionFits(text, digits));
    return texts(() => true);
  }
  if (parsed?.kind === 'other') return texts(() => true);
  // Lists, structs and maps come as JSON.
  const keeps = parsed ? leavesKept(parsed) : null;
  return {
    carrier: 'VARCHAR',
    convert: (cell, kind) =>
      kind === 'json' && (!keeps || keptInside(cell as string, keeps)) ? cell : undefined,
    cast: (column) => `CAST(CAST(${column} AS JSON) AS ${type})`,
  };
}

function integers(name: string, [least, most]: [bigint, bigint], cast: ColumnOut['cast']): ColumnOut {
  const carrier: CarrierType =
    name === 'BIGINT' ? 'BIGINT' : /HUGEINT|UBIGINT/.test(name) ? 'VARCHAR' : 'DOUBLE';
  const carried = (value: bigint) => {
    if (value < least || value > most) return undefined;
    return carrier === 'BIGINT' ? value : carrier === 'VARCHAR' ? value.toString() : Number(value);
  };
  return {
    carrier,
    convert: (cell, kind) => {
      if (kind === 'number') return Number.isSafeInteger(cell) ? carried(BigInt(cell)) : undefined;
      if (kind !== 'bigint' && kind !== 'text') return undefined;
      const value = integerOf(String(cell));
      return value === undefined ? undefined : carried(value);
    },
    cast,
  };
}

function doubleOf(cell: Cell, kind: OutputKind): Cell | undefined {
  if (kind === 'number') return cell;
  if (kind === 'bigint') {
    const value = integerOf(String(cell));
    return value !== undefined && Number.isSafeInteger(Number(value)) ? Number(value) : undefined;
  }
  // A column that went in as text comes back as text.
  return kind === 'text' ? exactDouble(cell as string) : undefined;
}

function floatOf(cell: Cell, kind: OutputKind): Cell | undefined {
  if (kind === 'text') return exactFloat(cell as string);
  const value = doubleOf(cell, kind);
  return typeof value === 'number' && (Object.is(Math.fround(value), value) || Number.isNaN(value))
    ? value
    : undefined;
}

function decimals([precision = 18, scale = 3]: readonly number[], cast: ColumnOut['cast']): ColumnOut {
  const convert = (cell: Cell, kind: OutputKind) =>
    kind === 'number' || kind === 'bigint' || kind === 'text'
      ? decimalText(String(cell), precision, scale)
      : undefined;
  return { carrier: 'VARCHAR', convert, cast };
}

function jsonOf(cell: Cell, kind: OutputKind): Cell | undefined {
  if (kind === 'json') return cell;
  // NaN would turn into a null.
  if (kind === 'number') return Number.isFinite(cell) ? JSON.stringify(cell) : undefined;
  if (kind === 'boolean') return JSON.stringify(cell);
  return kind === 'text' && keptInside(cell as string, () => true) ? cell : undefined;
}

/** False also for what is no JSON. */
function keptInside(text: string, keeps: (value: unknown) => boolean): boolean {
  if (text.length > LONGEST_READ_JSON) return true;
  try {
    return keeps(JSON.parse(text));
  } catch {
    return false;
  }
}

function dates(cast: ColumnOut['cast']): ColumnOut {
  const convert = (cell: Cell, kind: OutputKind) => {
    if (kind === 'text')
      return DATE.test(cell as string) || SPECIAL_DATE.test(cell as string) ? cell : undefined;
    if (kind !== 'date' || (cell as number) % MIDNIGHT !== 0) return undefined;
    return isoText(cell as number).slice(0, -14);
  };
  return { carrier: 'VARCHAR', convert, cast };
}

function instants(name: string, cast: ColumnOut['cast']): ColumnOut {
  const isZoned = name === 'TIMESTAMP WITH TIME ZONE';
  const pattern = isZoned ? ZONED : TIMESTAMP;
  const digits = FRACTION_DIGITS[name] ?? 6;
  const convert = (cell: Cell, kind: OutputKind) => {
    if (kind === 'text') {
      const text = cell as string;
      return (pattern.test(text) && fractionFits(text, digits)) || SPECIAL_DATE.test(text) ? text : undefined;
    }
    if (kind !== 'date') return undefined;
    const text = isoText(cell as number);
    if (!fractionFits(text, digits)) return undefined;
    return isZoned ? text : text.slice(0, -1);
  };
  return { carrier: 'VARCHAR', convert, cast };
}

/** DuckDB reads years of four digits; a Date knows some beyond. */
function isoText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/^\+0*(\d{4,})/, '$1');
}

/** A column's cells as JavaScript values, null where there is none. */
export function cellsOf({ kind, nulls, numbers, text, lengths }: OutputColumn, rows: number): CarriedCell[] {
  const cells = new Array<CarriedCell>(rows).fill(null);
  if (kind === 'null') return cells;
  let start = 0;
  for (let row = 0; row < rows; row += 1) {
    const end = start + (lengths?.[row] ?? 0);
    if (nulls?.[row] !== 1) {
      const number = numbers?.[row] ?? 0;
      cells[row] =
        numbers === null ? (text ?? '').slice(start, end) : kind === 'boolean' ? number === 1 : number;
    }
    start = end;
  }
  return cells;
}

/** The cells in the column's carrier. Throws a `user` AppError `value-not-of-type` that names column, row and value. */
export function convertedCells(
  { column, cells, kind }: { column: Column; cells: CarriedCell[]; kind: OutputKind },
  { convert }: ColumnOut,
  firstRow: number,
): CarriedCell[] {
  return cells.map((cell, row) => {
    if (cell === null) return null;
    const carried = convert(cell, kind);
    if (carried === undefined) throw notOfType(column, shown(cell, kind), firstRow + row + 1);
    return carried;
  });
}

/** The type of a column that nothing declares: that of the input column of its name where all values fit it. */
export function foundType(cells: CarriedCell[], kind: OutputKind, input: Column | undefined): string {
  if (input && (kind === 'null' || fits(cells, kind, input.type))) return input.type;
  return TYPE_OF_KIND[kind];
}

function fits(cells: readonly CarriedCell[], kind: OutputKind, type: string): boolean {
  const { convert } = columnOut(type);
  return cells.every((cell) => cell === null || convert(cell, kind) !== undefined);
}

/** By the kind alone, never by the values: the next row may hold 2.5 where the first held 2. */
const TYPE_OF_KIND: Record<OutputKind, string> = {
  null: 'VARCHAR',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  text: 'VARCHAR',
  bigint: 'BIGINT',
  date: 'TIMESTAMP',
  json: 'JSON',
};

function shown(cell: Cell, kind: OutputKind): string {
  const text = kind === 'date' ? new Date(cell as number).toISOString() : String(cell);
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return kind === 'text' ? `the text "${short}"` : short;
}

function notOfType({ name, type }: Column, value: string, row: number): AppError {
  return new AppError(
    'value-not-of-type',
    `Column "${name}" is of type ${type}, and row ${row} has ${value}.`,
    {
      hint: `Give "${name}" another type under columns, or convert the value in the code.`,
      place: { path: ['columns'] },
    },
  );
}

/** The rows of a loaded table in their own types. */
export function typedSelect(columns: readonly Column[], table: string): string {
  const list = columns.map(
    ({ name, type }) => `${columnOut(type).cast(quoteIdentifier(name))} AS ${quoteIdentifier(name)}`,
  );
  return `SELECT ${list.join(', ')} FROM ${table}`;
}

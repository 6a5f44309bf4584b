import type { Fault } from '#lib/errors/app-error.ts';
import { quoteIdentifier, quoteLiteral } from '#lib/sql/quote.ts';
import type { ScanOption } from '#lib/sql/relation.ts';
import type { Column, Schema } from '#lib/sql/schema.ts';
import { readRows } from './read-rows.ts';
import type { Dialect, ScanFiles } from './scan-files.ts';
import { columnOptions, readerCall } from './scan-options.ts';

/** Files up to this size are looked through whole: about a second. Of larger ones, the first rows. */
const WHOLE_BYTES = 64 * 1024 ** 2;
const SAMPLED_ROWS = 200_000;

export interface TypesToCheck extends ScanFiles {
  base: Record<string, ScanOption>;
  dialect: Dialect;
  columns: Schema;
  /** Lower-case names of columns whose type a person chose. */
  settled: ReadonlySet<string>;
}

export interface CheckedTypes {
  columns: Schema;
  warnings: Fault[];
  /** Columns without any value, where the files were read whole. */
  empty: string[];
  /** Rows of all files; an estimate where they were not read whole. */
  rows: number | null;
}

/** Holds the sniffed types against the values as text. A type that does not hold everywhere gives way to a wider one. */
export async function checkTypes(check: TypesToCheck): Promise<CheckedTypes> {
  const { columns, settled, bytes, connection, dialect } = check;
  const isWhole = bytes <= WHOLE_BYTES;
  const doubtful = columns.filter(({ name, type }) => type !== 'VARCHAR' && !settled.has(name.toLowerCase()));
  const source = textSource(check, isWhole);
  // Every column is read, also those that any text fits: a wrong encoding or a stray quote shows here.
  const sure = columns.filter((column) => !doubtful.includes(column));
  const texts = sure.map(({ name }) => `count(${quoteIdentifier(name)})`);
  const counts = ['count(*)', ...doubtful.map((column) => `count_if(${misfit(column, dialect)})`), ...texts];
  const [totals] = await readRows(connection, `SELECT ${counts.join(', ')} FROM ${source}`);
  const failing = doubtful.filter((_, index) => Number(totals?.[index + 1] ?? 0) > 0);
  const read = Number(totals?.[0] ?? 0);
  const rows = isWhole ? read : null;
  const filled = totals?.slice(1 + doubtful.length).map(Number) ?? [];
  const empty = isWhole ? sure.filter((_, index) => filled[index] === 0).map(({ name }) => name) : [];
  if (failing.length === 0) return { columns, warnings: [], empty, rows };
  const wider = new Map<string, { column: Column; warning: Fault | null }>();
  for (const column of failing) wider.set(column.name, await widen(column, { ...check, source }));
  return {
    columns: columns.map((column) => wider.get(column.name)?.column ?? column),
    warnings: [...wider.values()].flatMap(({ warning: told }) => (told ? [told] : [])),
    empty,
    rows,
  };
}

/** The files with every column as text; rows that cannot be read end it, or not, as the run would. */
function textSource({ base, columns, paths, request }: TypesToCheck, isWhole: boolean): string {
  const texts = columns.map(({ name }) => ({ name, type: 'VARCHAR' }));
  const { dateformat: _date, timestampformat: _timestamp, ...dialect } = base;
  const options = {
    ...dialect,
    ...columnOptions(texts, paths),
    ...(request.onBadRow === 'fail' ? {} : { ignore_errors: true }),
  };
  const call = readerCall('csv', paths, options);
  return isWhole ? call : `(SELECT * FROM ${call} LIMIT ${SAMPLED_ROWS})`;
}

/** True for a text that the type would refuse or change. For whole numbers, cheaply: some that fit are among them. */
function misfit({ name, type }: Column, dialect: Dialect): string {
  const value = quoteIdentifier(name);
  if (isInteger(type))
    return `${value} IS NOT NULL AND CAST(TRY_CAST(${value} AS ${type}) AS VARCHAR) IS DISTINCT FROM ${value}`;
  const refused = `${value} IS NOT NULL AND ${parsed(value, type, dialect)} IS NULL`;
  return type === 'DOUBLE' ? `(${refused}) OR ${hasLeadingZero(value)} OR ${isTooLarge(value)}` : refused;
}

function parsed(value: string, type: string, dialect: Dialect): string {
  const format =
    type === 'DATE' ? dialect.dateformat : type.startsWith('TIMESTAMP') ? dialect.timestampformat : '';
  return format ? `try_strptime(${value}, ${quoteLiteral(format)})` : `TRY_CAST(${value} AS ${type})`;
}

const isInteger = (type: string) =>
  type === 'BIGINT' || type === 'INTEGER' || type === 'HUGEINT' || type === 'SMALLINT' || type === 'TINYINT';
/** From `00` up to but not with `0:`, the character after 9: a zero and then a digit. */
const hasLeadingZero = (value: string) => `(${value} >= '00' AND ${value} < '0:')`;

/** An id such as 123e4567 looks like a number that no DOUBLE holds. */
const isTooLarge = (value: string) =>
  `(isinf(TRY_CAST(${value} AS DOUBLE)) AND regexp_matches(${value}, '[0-9]'))`;

/** The narrowest type that takes every value as it stands, and what to tell about it. */
async function widen(
  column: Column,
  { connection, source, dialect }: TypesToCheck & { source: string },
): Promise<{ column: Column; warning: Fault | null }> {
  const value = quoteIdentifier(column.name);
  const refused = isInteger(column.type)
    ? `NOT regexp_full_match(trim(${value}), '[+-]?[0-9]+') OR TRY_CAST(${value} AS ${column.type}) IS NULL`
    : `${parsed(value, column.type, dialect)} IS NULL${column.type === 'DOUBLE' ? ` OR ${isTooLarge(value)}` : ''}`;
  const [row] = await readRows(
    connection,
    `SELECT count_if(${refused}), count_if(TRY_CAST(${value} AS DOUBLE) IS NULL), count_if(regexp_matches(${value}, '^[+-]?0[0-9]')), min(${value}) FILTER (WHERE ${refused}), min(${value}) FILTER (WHERE regexp_matches(${value}, '^[+-]?0[0-9]')) FROM ${source} WHERE ${value} IS NOT NULL`,
  );
  const [refusals, notNumbers, zeros] = (row ?? []).slice(0, 3).map(Number);
  const [odd, zero] = [row?.[3], row?.[4]].map((example) => (typeof example === 'string' ? example : ''));
  const isNumber = isInteger(column.type) || column.type === 'DOUBLE';
  if (isNumber && (zeros ?? 0) > 0) {
    return {
      column: { name: column.name, type: 'VARCHAR' },
      warning: warning(
        'leading-zeros',
        `"${column.name}" is read as text, because values such as "${zero}" begin with a zero`,
        'Set its type if it is a number.',
      ),
    };
  }
  if ((refusals ?? 0) === 0) return { column, warning: null };
  if (isInteger(column.type) && (notNumbers ?? 0) === 0)
    return { column: { name: column.name, type: 'DOUBLE' }, warning: null };
  return {
    column: { name: column.name, type: 'VARCHAR' },
    warning: warning(
      'mixed-values',
      `"${column.name}" is read as text: it looks like ${column.type}, but holds values such as "${odd}"`,
      'Set its type, and say what becomes of rows that do not fit; or name the texts that mean no value.',
    ),
  };
}

/** A warning at a source, which its node shows. */
function warning(code: string, message: string, hint: string): Fault {
  return { code, severity: 'warning', message, hint };
}

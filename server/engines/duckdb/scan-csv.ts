import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { AppError } from '#lib/errors/app-error.ts';
import { nearestName } from '#lib/sql/near-name.ts';
import { quoteLiteral } from '#lib/sql/quote.ts';
import type { ScanOption } from '#lib/sql/relation.ts';
import type { Column, Schema } from '#lib/sql/schema.ts';
import { describeColumns } from './describe-columns.ts';
import { readRows } from './read-rows.ts';
import { rejectOptions } from './rejected-rows.ts';
import type { Dialect, Discovered, ScanFiles } from './scan-files.ts';
import { columnOptions, partitionNames, printOptions, readerCall } from './scan-options.ts';
import { checkTypes } from './scan-csv-types.ts';

/** Options that the sniffer takes as given; types are settled afterwards. */
const SNIFFED_BY = [
  'delim',
  'quote',
  'escape',
  'header',
  'encoding',
  'nullstr',
  'skip',
  'dateformat',
  'timestampformat',
];

/**
 * Columns and dialect of CSV files. The dialect is that of the first file. Types found in a sample are held against
 * every value (of files up to a size), so that a later row does not break them and no leading zero is lost.
 */
export async function discoverCsv(files: ScanFiles): Promise<Discovered> {
  const { request, paths, connection } = files;
  const [first] = paths;
  if (first === undefined) throw new AppError('file-not-found', 'There is no file to read');
  const dialect = await sniff(connection, first, request.options);
  const base = baseOptions(dialect, request.options);
  const names = paths.length === 1 ? dialect.columns : await namesOfAll(files, base);
  const wanted = wantedTypes(
    request.options,
    names.map(({ name }) => name),
  );
  const looked = await checkTypes({
    ...files,
    base,
    dialect,
    columns: names,
    settled: new Set([...wanted.keys(), ...(paths.length > 1 ? partitionNames(paths) : [])]),
  });
  const schema = looked.columns.map(({ name, type }): Column => ({
    name,
    type: wanted.get(name.toLowerCase()) ?? type,
  }));
  const options = {
    ...base,
    ...(request.onBadRow === 'fail'
      ? columnOptions(schema, paths)
      : { ...(await columnsByPlace(files, base, schema)), ...rejectOptions(paths, request.onBadRow) }),
  };
  return {
    schema,
    scan: { format: 'csv', paths, options, schema, onBadRow: request.onBadRow },
    emptyColumns: looked.empty.filter((name) => !wanted.has(name.toLowerCase())),
    estimatedRows: looked.rows,
    warnings: looked.warnings,
  };
}

/** The first file's dialect. Rows that do not fit it are left to the reading, which names their lines. */
async function sniff(
  connection: DuckDBConnection,
  file: string,
  given: Record<string, ScanOption>,
): Promise<Dialect> {
  const options = Object.fromEntries(Object.entries(given).filter(([name]) => SNIFFED_BY.includes(name)));
  const attempts: Record<string, ScanOption>[] = [{}, { ignore_errors: true }, { strict_mode: false }];
  let failure: unknown = null;
  let single: Dialect | null = null;
  for (const attempt of attempts) {
    try {
      const dialect = await sniffOnce(connection, file, { ...options, ...attempt });
      // One column may be true; or rows of different lengths made the sniffer give up on the delimiter.
      if (dialect.columns.length > 1 || given['delim'] !== undefined) return dialect;
      single ??= dialect;
    } catch (error) {
      failure ??= error;
    }
  }
  if (single) return single;
  throw failure;
}

async function sniffOnce(
  connection: DuckDBConnection,
  file: string,
  options: Record<string, ScanOption>,
): Promise<Dialect> {
  const sql = `SELECT "Delimiter", "Quote", "Escape", "HasHeader", "SkipRows", "Comment", "DateFormat", "TimestampFormat", list_transform("Columns", c -> c.name), list_transform("Columns", c -> c.type) FROM sniff_csv(${quoteLiteral(file)}${printOptions(options)})`;
  const [row] = await readRows(connection, sql);
  const [delim, quote, escape, header, skip, comment, dateformat, timestampformat, names, types] = row ?? [];
  const text = (value: unknown) => (typeof value === 'string' && value !== '(empty)' ? value : '');
  const list = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  return {
    delim: text(delim).replace('\\t', '\t') || ',',
    // Where the sample has no quotes, later rows may.
    quote: text(quote) || '"',
    escape: text(escape) || text(quote) || '"',
    header: header === true,
    skip: Number(skip ?? 0),
    comment: text(comment),
    dateformat: text(dateformat),
    timestampformat: text(timestampformat),
    strict: options['strict_mode'] !== false,
    columns: list(names).map((name, index) => ({ name, type: list(types)[index] ?? 'VARCHAR' })),
  };
}

/** The dialect as reader options, the given ones first. */
function baseOptions(dialect: Dialect, given: Record<string, ScanOption>): Record<string, ScanOption> {
  const { types: _types, ...rest } = given;
  return {
    auto_detect: false,
    delim: dialect.delim,
    quote: dialect.quote,
    escape: dialect.escape,
    header: dialect.header,
    skip: dialect.skip,
    ...(dialect.comment ? { comment: dialect.comment } : {}),
    ...(dialect.dateformat ? { dateformat: dialect.dateformat } : {}),
    ...(dialect.timestampformat ? { timestampformat: dialect.timestampformat } : {}),
    ...(dialect.strict ? {} : { strict_mode: false }),
    ...rest,
  };
}

/** Several files are read by column name; their types begin as those of the files that have them. */
async function namesOfAll(
  { paths, connection, request }: ScanFiles,
  base: Record<string, ScanOption>,
): Promise<Schema> {
  const { auto_detect: _auto, ...dialect } = base;
  const ignore: Record<string, ScanOption> = request.onBadRow === 'fail' ? {} : { ignore_errors: true };
  return describeColumns(
    connection,
    `SELECT * FROM ${readerCall('csv', paths, { ...dialect, ...ignore, union_by_name: true })}`,
  );
}

/**
 * Rows that cannot be read are collected only where files are read by place, so that several must have the same columns
 * in the same order. Throws a `user` AppError where they have not.
 */
async function columnsByPlace(
  { paths, connection }: ScanFiles,
  base: Record<string, ScanOption>,
  schema: Schema,
): Promise<Record<string, ScanOption>> {
  const folders = paths.length > 1 ? partitionNames(paths) : new Set<string>();
  const own = schema.filter(({ name }) => !folders.has(name.toLowerCase()));
  const wanted = own.map(({ name }) => name.toLowerCase());
  for (const file of paths.length > 1 ? paths : []) {
    const { columns } = await sniff(connection, file, base);
    if (columns.map(({ name }) => name.toLowerCase()).join('\n') === wanted.join('\n')) continue;
    throw new AppError(
      'files-differ',
      `${path.basename(file)} has other columns than ${path.basename(paths[0] ?? '')}, or in another order`,
      {
        hint: 'Leaving out rows that cannot be read needs the same columns in each file; or read them one by one.',
        place: { path: ['options', 'onBadRow'] },
      },
    );
  }
  return columnOptions(own, paths.slice(0, 1));
}

/** Types that the person chose, by lower-case column name. */
function wantedTypes(options: Record<string, ScanOption>, names: readonly string[]): Map<string, string> {
  const { types } = options;
  if (typeof types !== 'object' || Array.isArray(types)) return new Map();
  for (const name of Object.keys(types)) {
    if (names.some((known) => known.toLowerCase() === name.toLowerCase())) continue;
    const near = nearestName(name, names);
    throw new AppError('column-not-found', `The file has no column "${name}"`, {
      hint: near ? `Did you mean "${near}"?` : `It has: ${names.slice(0, 20).join(', ')}.`,
      place: { path: ['options', 'types', name] },
    });
  }
  return new Map(Object.entries(types).map(([name, type]) => [name.toLowerCase(), type]));
}

import type { DuckDBConnection } from '@duckdb/node-api';
import type { JsonRow } from '#lib/contracts/run-record.ts';
import type { RowsPage } from '#lib/contracts/preview.ts';
import { quoteIdentifier, quoteLiteral } from '#lib/sql/quote.ts';
import type { Schema } from '#lib/sql/schema.ts';
import { parseType } from '#lib/sql/types.ts';
import { runBound, type BoundParameters } from './bind-parameters.ts';
import { describeColumns } from './describe-columns.ts';
import type { KeptRows } from './engine.ts';
import { jsonRow } from './json-rows.ts';
import { readNumber } from './read-rows.ts';
import { storedRows } from './run-segment.ts';
import { stagedSchema } from './staged-files.ts';
import { restoredColumns } from './stored-types.ts';

/** More of a text than a cell may show never enters JavaScript. */
const LONGEST_TEXT = 5000;

/** Rows `offset` to `offset + limit` of a staged file, in its own order. */
export async function readStagedPage(
  connection: DuckDBConnection,
  page: { path: string; schema?: Schema; offset: number; limit: number },
): Promise<RowsPage> {
  const schema = page.schema ?? (await stagedSchema(connection, page.path));
  const total = await storedRows(connection, page.path);
  // A window over the file's row numbers reads the row groups that hold it, and no others.
  const rowNumber = 'file_row_number';
  const select = `SELECT ${restoredColumns(schema)} FROM read_parquet(${quoteLiteral(page.path)}, file_row_number = true) WHERE ${rowNumber} >= ${page.offset} AND ${rowNumber} < ${page.offset + page.limit} ORDER BY ${rowNumber}`;
  return {
    schema,
    rows: await readJsonRows(connection, { select, schema, limit: page.limit, parameters: {} }),
    offset: page.offset,
    total,
  };
}

/** The first rows of a SELECT. */
export async function readFirstRows(
  connection: DuckDBConnection,
  query: { select: string; schema?: Schema; limit: number; parameters: BoundParameters },
): Promise<RowsPage> {
  const schema = query.schema ?? (await describeColumns(connection, query.select));
  return { schema, rows: await readJsonRows(connection, { ...query, schema }), offset: 0, total: null };
}

/** The first rows of a SELECT, of which `keep` at most are kept as a table of the database. */
export async function keepFirstRows(
  connection: DuckDBConnection,
  query: {
    select: string;
    table: string;
    schema: Schema;
    keep: number;
    limit: number;
    parameters: BoundParameters;
  },
): Promise<KeptRows> {
  const table = quoteIdentifier(query.table);
  const kept = await readNumber(
    connection,
    `CREATE OR REPLACE TABLE ${table} AS SELECT * FROM (${query.select}\n) LIMIT ${query.keep}`,
    query.parameters,
  );
  const rows = await readJsonRows(connection, { ...query, select: `SELECT * FROM ${table}`, parameters: {} });
  return { rows, kept };
}

async function readJsonRows(
  connection: DuckDBConnection,
  query: { select: string; schema: Schema; limit: number; parameters: BoundParameters },
): Promise<JsonRow[]> {
  const columns = query.schema.map(({ name, type }) => shownColumn(name, type)).join(', ');
  const reader = await runBound(
    connection,
    `SELECT ${columns} FROM (${query.select}\n) LIMIT ${query.limit}`,
    query.parameters,
  );
  const names = query.schema.map(({ name }) => name);
  return reader.getRows().map((row) => jsonRow(names, row));
}

function shownColumn(name: string, type: string): string {
  const column = quoteIdentifier(name);
  const parsed = parseType(type);
  const isText = parsed?.kind === 'simple' && (parsed.name === 'VARCHAR' || parsed.name === 'JSON');
  const isNew = parsed?.kind === 'other' && !/^(ENUM|UNION|"NULL")/i.test(parsed.text);
  if (isText)
    return `CASE WHEN length(${column}) > ${LONGEST_TEXT} THEN left(${column}, ${LONGEST_TEXT}) ELSE ${column} END AS ${column}`;
  return isNew ? `CAST(${column} AS VARCHAR) AS ${column}` : column;
}

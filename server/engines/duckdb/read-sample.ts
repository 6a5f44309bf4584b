import type { DuckDBConnection } from '@duckdb/node-api';
import type { RowsPage } from '#lib/contracts/preview.ts';
import { quoteLiteral } from '#lib/sql/quote.ts';
import { readFirstRows } from './read-page.ts';
import { storedRows } from './run-segment.ts';
import { stagedSchema } from './staged-files.ts';
import { restoredColumns } from './stored-types.ts';

/** Rows of a staged file drawn at random, each with the same chance; others with every call. */
export async function readStagedSample(
  connection: DuckDBConnection,
  { path, rows }: { path: string; rows: number },
): Promise<RowsPage> {
  const schema = await stagedSchema(connection, path);
  const file = quoteLiteral(path);
  const select = `SELECT ${restoredColumns(schema)} FROM (FROM read_parquet(${file}) USING SAMPLE reservoir(${rows} ROWS))`;
  const page = await readFirstRows(connection, { select, limit: rows, parameters: {} });
  return { ...page, schema, total: await storedRows(connection, path) };
}

import { rename, rm } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { quoteIdentifier, quoteLiteral } from '#lib/sql/quote.ts';
import type { Schema } from '#lib/sql/schema.ts';
import { restoredColumns } from './stored-types.ts';

/** A staged result as the catalogue shows it: a view of this name over this file. */
export interface CatalogueEntry {
  name: string;
  /** Absolute. */
  path: string;
  schema: Schema;
}

/**
 * Writes a DuckDB file with a view for each staged result, so that a run can be opened and queried with DuckDB itself.
 * The file is whole or not there; the rows stay in their Parquet files.
 */
export async function writeCatalogue(file: string, entries: readonly CatalogueEntry[]): Promise<void> {
  const temporary = `${file}.tmp`;
  await rm(temporary, { force: true });
  const instance = await DuckDBInstance.create(temporary, { threads: '1' });
  const connection = await instance.connect();
  try {
    for (const { name, path, schema } of entries) {
      await connection.run(
        `CREATE VIEW ${quoteIdentifier(name)} AS SELECT ${restoredColumns(schema)} FROM read_parquet(${quoteLiteral(path)})`,
      );
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  await rename(temporary, file);
}

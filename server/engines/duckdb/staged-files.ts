import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteLiteral } from '#lib/sql/quote.ts';
import type { Schema } from '#lib/sql/schema.ts';
import { readText } from './read-rows.ts';
import { parseSchemaMetadata, SCHEMA_KEY } from './stored-types.ts';

/** The columns of a staged file, in their own types, as the file itself tells. */
export async function stagedSchema(connection: DuckDBConnection, path: string): Promise<Schema> {
  const text = await readText(
    connection,
    `SELECT decode(value) FROM parquet_kv_metadata(${quoteLiteral(path)}) WHERE decode(key) = ${quoteLiteral(SCHEMA_KEY)}`,
  );
  return parseSchemaMetadata(text, path);
}

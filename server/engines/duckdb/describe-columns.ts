import type { DuckDBConnection } from '@duckdb/node-api';
import type { Column, Schema } from '#lib/sql/schema.ts';

export const DESCRIBE = 'DESCRIBE ';

/** The columns of a SELECT. DuckDB binds it and runs nothing, so its parameters may be NULL. */
export async function describeColumns(connection: DuckDBConnection, sql: string): Promise<Schema> {
  const statement = await connection.prepare(DESCRIBE + sql);
  try {
    for (let index = 1; index <= statement.parameterCount; index++) statement.bindNull(index);
    const rows = (await statement.runAndReadAll()).getRowsJson();
    return rows.map(([name, type]): Column => ({ name: String(name), type: String(type) }));
  } finally {
    statement.destroySync();
  }
}

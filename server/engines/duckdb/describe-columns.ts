import type { DuckDBConnection } from '@duckdb/node-api';
import type { Column, Schema } from '#lib/sql/schema.ts';

export const DESCRIBE = 'DESCRIBE ';

/** The columns of a SELECT. DuckDB binds it and runs nothing, so its parameters may be NULL. */
export async function describeColumns(connection: DuckDBConnection, sql: string): Promise<Schema> {
  const statement = await connection.prepare(DESCRIBE + sql);
  try {
    for (let index = 1; index <= statement.parameterCount; index++) statement.bindNull(index);
    const rows = (await statement.runAndReadAll()).getRows();
    return rows.map(([name, type]): Column => ({
      name: typeof name === 'string' ? name : '',
      type: typeof type === 'string' ? type : '',
    }));
  } finally {
    statement.destroySync();
  }
}

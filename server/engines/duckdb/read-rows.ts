import type { DuckDBConnection } from '@duckdb/node-api';
import { runBound, type BoundParameters } from './bind-parameters.ts';

/** A cell as DuckDB's JSON conversion gives it, read with care. */
export type PlainCell = unknown;

/** Runs a statement of ours with a small answer and gives its rows, 64-bit integers as text. */
export async function readRows(
  connection: DuckDBConnection,
  sql: string,
  parameters: BoundParameters = {},
): Promise<PlainCell[][]> {
  const reader = await runBound(connection, sql, parameters);
  return reader.getRowsJson();
}

/** A cell of the first row as text, the first unless told; empty where there is none. */
export async function readText(
  connection: DuckDBConnection,
  sql: string,
  parameters: BoundParameters = {},
  column = 0,
): Promise<string> {
  const [row] = await readRows(connection, sql, parameters);
  const cell = row?.[column];
  return typeof cell === 'string' ? cell : '';
}

/** The first cell of the first row as a number; 0 where there is none. */
export async function readNumber(
  connection: DuckDBConnection,
  sql: string,
  parameters: BoundParameters = {},
): Promise<number> {
  return Number((await readRows(connection, sql, parameters))[0]?.[0] ?? 0);
}

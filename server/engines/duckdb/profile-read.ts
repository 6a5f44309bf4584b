import type { DuckDBConnection } from '@duckdb/node-api';
import type { JsonValue } from '#lib/contracts/run-record.ts';
import { jsonValue } from './json-rows.ts';

/** One row of expressions, as JSON. */
export async function readOne(
  connection: DuckDBConnection,
  expressions: readonly string[],
  source: string | null,
): Promise<JsonValue[]> {
  const columns = expressions.map((expression, index) => `${expression} AS c${index}`).join(', ');
  const reader = await connection.runAndReadAll(
    `SELECT ${columns}${source === null ? '' : ` FROM ${source}`}`,
  );
  const [values] = reader.getRows();
  return expressions.map((_, index) => jsonValue(values?.[index] ?? null));
}

/** A count or a measure; null where there is none, or none that is finite. */
export function number(value: JsonValue): number | null {
  if (value === null || typeof value === 'object' || typeof value === 'boolean') return null;
  const parsed = Number(value);
  return Number.isFinite(parsed) ? parsed : null;
}

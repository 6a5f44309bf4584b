import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { quoteIdentifier, quoteLiteral } from '#lib/sql/quote.ts';
import { schemaSchema, type Schema } from '#lib/sql/schema.ts';

/** Rows with their columns' types, as the cases of node types write them. */
export const tableSchema = z.strictObject({ columns: schemaSchema, rows: z.array(z.array(z.unknown())) });
type Table = z.infer<typeof tableSchema>;

export const expectedTableSchema = tableSchema.extend({ ordered: z.boolean().optional() });

/** The fault that a case expects: its code, and its place in the config. */
export const expectedFaultSchema = z.strictObject({
  code: z.string(),
  path: z.array(z.union([z.string(), z.number()])).optional(),
  message: z.string().optional(),
});
export type ExpectedFault = z.infer<typeof expectedFaultSchema>;

const NODES = new URL('../../../lib/nodes/', import.meta.url);

/** All cases of a node type. A file holds one, or an array of them. */
export function readCases<T>(type: string, schema: z.ZodType<T>): T[] {
  const folder = new URL(`${type}/cases/`, NODES);
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.sort().flatMap((file) => {
    const read: unknown = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
    return (Array.isArray(read) ? read : [read]).map((one) => schema.parse(one));
  });
}

export async function createTable(
  connection: DuckDBConnection,
  name: string,
  { columns, rows }: Table,
): Promise<void> {
  const definitions = columns.map((column) => `${quoteIdentifier(column.name)} ${column.type}`);
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${quoteIdentifier(name)} (${definitions.join(', ')})`);
  if (rows.length === 0) return;
  const tuples = rows.map(
    (row) =>
      `(${row.map((value) => (value === null ? 'NULL' : quoteLiteral(`${value as string | number}`))).join(', ')})`,
  );
  await connection.run(`INSERT INTO ${quoteIdentifier(name)} VALUES ${tuples.join(', ')}`);
}

export async function columnsOf(connection: DuckDBConnection, statement: string): Promise<Schema> {
  const read = await connection.runAndReadAll(`DESCRIBE ${statement}`);
  return read
    .getRowObjectsJson()
    .map((row) => ({ name: row['column_name'] as string, type: row['column_type'] as string }));
}

/** Numbers as text: DuckDB's 64-bit integers and decimals arrive as text, and types are compared apart. */
export function comparable(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(comparable);
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, comparable(one)]));
  return value;
}

export function sorted(rows: unknown[][]): unknown[][] {
  return [...rows].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

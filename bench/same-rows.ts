import type { DuckDBConnection } from '@duckdb/node-api';

/** Sums of floating-point numbers come out a little different from thread to thread. */
const TOLERANCE = 1e-9;

/**
 * Throws unless both files hold the same rows, in whatever order: the same bag of all that is not a floating-point number,
 * and the same such numbers beside it.
 */
export async function sameRows(connection: DuckDBConnection, one: string, other: string): Promise<void> {
  const [left, right] = [await digest(connection, one), await digest(connection, other)];
  const differ = left.findIndex((value, index) => !isSame(value, right[index]));
  if (differ >= 0 || left.length !== right.length)
    throw new Error(`The rows differ: ${one} ${String(left[differ])}, ${other} ${String(right[differ])}`);
}

function isSame(left: unknown, right: unknown): boolean {
  if (typeof left !== 'number' || typeof right !== 'number') return left === right;
  return Math.abs(left - right) <= TOLERANCE * Math.max(Math.abs(left), Math.abs(right));
}

/** How many rows, what they are but for floating-point numbers, and of each of those its sum, plain and by row. */
async function digest(connection: DuckDBConnection, file: string): Promise<unknown[]> {
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM '${file}'`);
  const columns = described.getRows().map(([name, type]) => ({ name: `"${String(name)}"`, type }));
  const others = columns.filter(({ type }) => type !== 'DOUBLE').map(({ name }) => `${name}::VARCHAR`);
  const row = others.length > 0 ? `hash(${others.join(', ')})` : '0::UBIGINT';
  const sums = columns.flatMap(({ name, type }) =>
    type === 'DOUBLE' ? [`sum(${name})`, `sum(${name} * (${row} % 1000))`] : [],
  );
  const reader = await connection.runAndReadAll(
    `SELECT ${['count(*)::VARCHAR', `sum(${row})::VARCHAR`, ...sums].join(', ')} FROM '${file}'`,
  );
  return reader.getRows()[0] ?? [];
}

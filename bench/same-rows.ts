import type { DuckDBConnection } from '@duckdb/node-api';

/**
 * Throws unless both files hold the same rows, in whatever order; floating-point numbers to eleven digits, since sums
 * come out a little different from thread to thread (to fewer, sums of cents would often lie between two roundings).
 */
export async function sameRows(connection: DuckDBConnection, one: string, other: string): Promise<void> {
  const [left, right] = [await digest(connection, one), await digest(connection, other)];
  if (left !== right) throw new Error(`The rows differ: ${one} ${left}, ${other} ${right}`);
}

async function digest(connection: DuckDBConnection, file: string): Promise<string> {
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM '${file}'`);
  const cells = described
    .getRows()
    .map(([name, type]) =>
      type === 'DOUBLE' ? `printf('%.10e', "${String(name)}")` : `"${String(name)}"::VARCHAR`,
    );
  const reader = await connection.runAndReadAll(
    `SELECT count(*)::VARCHAR || ' rows, ' || coalesce(sum(hash(${cells.join(', ')}))::VARCHAR, '') FROM '${file}'`,
  );
  return String(reader.getRows()[0]?.[0]);
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quoteLiteral } from '#lib/sql/quote.ts';
import { describeColumns } from './describe-columns.ts';
import { parquetVersion, restoredColumns, storedColumns } from './stored-types.ts';

let folder: string;
let connection: DuckDBConnection;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'stored-types-'));
  connection = await (await DuckDBInstance.create()).connect();
});
afterAll(async () => {
  connection.closeSync();
  await rm(folder, { recursive: true, force: true });
});

/** What is read back of a statement's rows once they have been stored, as texts, and what it gives itself. */
async function stored(select: string): Promise<{ before: unknown[]; after: unknown[] }> {
  const schema = await describeColumns(connection, select);
  const file = quoteLiteral(path.join(folder, 'stored.parquet'));
  await connection.run(
    `COPY (SELECT ${storedColumns(schema)} FROM (${select})) TO ${file} (FORMAT parquet, PARQUET_VERSION ${parquetVersion(schema)})`,
  );
  const rows = async (sql: string) =>
    (await connection.runAndReadAll(`SELECT CAST(columns(*) AS VARCHAR) FROM (${sql})`)).getRowsJson();
  return {
    before: await rows(select),
    after: await rows(`SELECT ${restoredColumns(schema)} FROM ${file}`),
  };
}

describe('a stored file', () => {
  it.each([
    ['HUGEINT', '[170141183460469231731687303715884105727::HUGEINT]'],
    ['UHUGEINT', '[340282366920938463463374607431768211455::UHUGEINT, 0]'],
    ['TIMETZ', "[TIMETZ '10:00:00+05']"],
    ['INTERVAL in a map', "MAP {'a': INTERVAL '1 month'}"],
    ['HUGEINT in a list in a struct', "{'a': [1::HUGEINT, 2::HUGEINT]}"],
    ['texts', "['a', 'b', NULL]"],
    ['texts in a struct', "[{'a': 'x', 'b': ['y', 'z']}]"],
    ['JSON', "['[1]'::JSON]"],
    ['bytes', "['abc'::BLOB]"],
    ['bits', "['101'::BIT]"],
    ['many texts of a subquery', "(SELECT list('k' || i) FROM range(1000) o(i))"],
    ['numbers', '[1, 2.5, NULL]'],
    ['times', "[TIMESTAMP '2024-01-01 00:00:00', NULL]"],
    ['uuids', "['8b1c8b9a-4cf6-4f4a-8d8e-2d0c1d2e3f40'::UUID]"],
  ])('holds the same list in every row: %s', async (_name, list) => {
    for (const rows of [1, 3, 100]) {
      const { before, after } = await stored(`SELECT i, ${list} AS l FROM range(${rows}) t(i) ORDER BY i`);
      expect(after).toEqual(before);
    }
  });

  it.each([
    ['VARCHAR', 'v2'],
    ['INTERVAL', 'v2'],
    ['STRUCT(a VARCHAR, b INTEGER)', 'v2'],
    ["ENUM('a', 'b')", 'v2'],
    ['DECIMAL(38,2)[]', 'v2'],
    ['TIMESTAMP WITH TIME ZONE[]', 'v2'],
    ['VARCHAR[]', 'v1'],
    ['STRUCT(a VARCHAR[])', 'v1'],
    ['STRUCT(a VARCHAR)[]', 'v1'],
    ['MAP(INTEGER, HUGEINT)', 'v1'],
    ['UNION(a VARCHAR[], b INTEGER)', 'v1'],
  ])('of a column of type %s is written in version %s', (type, version) => {
    expect(parquetVersion([{ name: 'c', type }])).toBe(version);
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeColumns } from './describe-columns.ts';
import { leftBehind } from './left-behind.ts';
import { OracleDatabase } from './oracle-database.ts';

/** DuckDB computes a format while it binds; some seconds without a look at interrupts. */
const LONG_TO_BIND = `SELECT strftime(DATE '2026-01-01', CAST(levenshtein(repeat('ab', 25000), repeat('ba', 25000)) AS VARCHAR)) AS t`;

let database: OracleDatabase;
beforeAll(async () => {
  database = await OracleDatabase.open({ limitMs: 200 });
});
afterAll(() => database.close());

it('says what takes too long, and answers the next question by another database', async () => {
  const bind = (sql: string) => database.use((connection) => describeColumns(connection, sql));
  await expect(bind(LONG_TO_BIND)).rejects.toMatchObject({ code: 'takes-too-long' });
  expect(leftBehind.count).toBe(1);
  // As many as it has connections, and one more.
  for (let turn = 0; turn < 3; turn += 1)
    expect(await bind('SELECT 1 AS one')).toEqual([{ name: 'one', type: 'INTEGER' }]);
  expect(await database.parse('SELECT 1')).toContain('SELECT_NODE');
  await expect.poll(() => leftBehind.count, { timeout: 60_000 }).toBe(0);
}, 90_000);

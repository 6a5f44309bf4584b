import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFirstRows } from './read-page.ts';

let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
  connection = await instance.connect();
  await connection.run(`SET TimeZone = 'UTC'`);
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

async function value(sql: string): Promise<unknown> {
  const page = await readFirstRows(connection, { select: `SELECT ${sql} AS v`, limit: 1, parameters: {} });
  return page.rows[0]?.['v'];
}

describe('cells as JSON', () => {
  it.each([
    ['NULL', null],
    ['true', true],
    ['1::TINYINT', 1],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', '9007199254740992'],
    ['-9007199254740993::BIGINT', '-9007199254740993'],
    ['18446744073709551615::UBIGINT', '18446744073709551615'],
    ['12::HUGEINT', 12],
    ['170141183460469231731687303715884105727::HUGEINT', '170141183460469231731687303715884105727'],
    ['1.5::DOUBLE', 1.5],
    ["'nan'::DOUBLE", 'NaN'],
    ["'inf'::FLOAT", 'Infinity'],
    ["'-inf'::DOUBLE", '-Infinity'],
    ['12.50::DECIMAL(10,2)', 12.5],
    ['-0.01::DECIMAL(10,2)', -0.01],
    ['123456789012345.678::DECIMAL(20,3)', '123456789012345.678'],
    ['12345678901234567890.12::DECIMAL(38,2)', '12345678901234567890.12'],
    ["'größe'", 'größe'],
    ["'ab'::BLOB", 'YWI='],
    ["DATE '2024-02-29'", '2024-02-29'],
    ["TIMESTAMP '2024-02-29 12:30:00'", '2024-02-29T12:30:00'],
    ["TIMESTAMP '2024-02-29 12:30:00.000001'", '2024-02-29T12:30:00.000001'],
    ["TIMESTAMP_S '2024-02-29 12:30:00'", '2024-02-29T12:30:00'],
    ["TIMESTAMP_NS '2024-02-29 12:30:00.123456789'", '2024-02-29T12:30:00.123456789'],
    ["TIMESTAMPTZ '2024-02-29 12:30:00+02'", '2024-02-29T10:30:00Z'],
    ["TIMESTAMPTZ '1969-12-31 23:59:59.999999+00'", '1969-12-31T23:59:59.999999Z'],
    ["DATE '0044-03-15 (BC)'", '-000043-03-15'],
    ["'infinity'::DATE", 'infinity'],
    ["'-infinity'::TIMESTAMP", '-infinity'],
    ["'infinity'::TIMESTAMPTZ", 'infinity'],
    ["TIME '12:30:00.5'", '12:30:00.5'],
    ["INTERVAL '1 year 2 days'", '1 year 2 days'],
    ["'123e4567-e89b-12d3-a456-426614174000'::UUID", '123e4567-e89b-12d3-a456-426614174000'],
    ["'0101'::BIT", '0101'],
    ["'b'::ENUM('a', 'b')", 'b'],
    ['[1, NULL, 3]', [1, null, 3]],
    ['[1, 2]::INTEGER[2]', [1, 2]],
    ["{'a': 1, 'b': {'c': [DATE '2024-01-01']}}", { a: 1, b: { c: ['2024-01-01'] } }],
    ["MAP {'x': 1, 'y': NULL}", { x: 1, y: null }],
    ['MAP {1: true}', [{ key: 1, value: true }]],
    ['union_value(n := 5)', 5],
    [`'{"a": [1]}'::JSON`, '{"a": [1]}'],
    ['NULL::STRUCT(a INTEGER)', null],
    ['12345678901234567890123::BIGNUM', '12345678901234567890123'],
    ['5::VARIANT', '5'],
  ])('%s', async (sql, expected) => {
    expect(await value(sql)).toEqual(expected);
  });

  it('cuts what is over 4 kB, and says so', async () => {
    const text = await value(`repeat('é', 10000)`);
    expect(text).toMatch(/^é{2048}… \(cut\)$/);
    expect(await value(`repeat('x', 4096)`)).toBe('x'.repeat(4096));
    expect(await value('range(10000)')).toMatch(/^\[0,1,2,.*… \(cut\)$/);
    expect(await value(`repeat('x', 100000000)`)).toMatch(/… \(cut\)$/);
  });
});

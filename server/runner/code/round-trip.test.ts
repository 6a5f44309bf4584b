import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureSandboxBundle } from '#server/sandbox/bundle.mjs';
import type { OutputKind } from '#server/sandbox/wire.ts';
import { sql, Workbench, type Finished } from '../testing/workbench.ts';
import { columnOut } from './column-out.ts';

let bench: Workbench;
beforeAll(async () => {
  await ensureSandboxBundle();
  bench = await Workbench.open();
});
afterAll(() => bench.close());

/** Values of a SQL type that go through code and back; NULL goes with each of them. */
const TYPES: [type: string, values: string[]][] = [
  ['BOOLEAN', ['true', 'false']],
  ['TINYINT', ['-128', '127']],
  ['SMALLINT', ['-32768', '32767']],
  ['INTEGER', ['-2147483648', '2147483647', '0']],
  ['BIGINT', ['-9007199254740991', '9007199254740991', '0']],
  ['UTINYINT', ['255']],
  ['USMALLINT', ['65535']],
  ['UINTEGER', ['4294967295']],
  ['UBIGINT', ['9007199254740991']],
  ['HUGEINT', ['-9007199254740991', '12']],
  ['FLOAT', ["'3.4028235e38'", '0.1', '-1e-40', "'inf'"]],
  ['DOUBLE', ['0.1', '1e300', '-1.7976931348623157e308', '5e-324', "'inf'", "'-inf'", '9007199254740993']],
  ['DECIMAL(4,1)', ['-999.9', '0.1']],
  ['DECIMAL(15,2)', ['1234567890123.45', '-0.01']],
  ['DECIMAL(18,2)', ['9999999999999.99', '12.30', '1000000']],
  ['DECIMAL(38,10)', ['12345.0000000001', '-0.0000000001']],
  [
    'VARCHAR',
    ["''", "'a\"b,c\n'", "'Zürich 👩‍👩‍👧'", "'null'", "'123'", "'\u2028'", 'repeat(chr(128512), 5000)'],
  ],
  ['DATE', ["'2024-02-29'", "'0001-01-01'", "'9999-12-31'", "'0044-03-15 (BC)'", "'infinity'"]],
  ['TIME', ["'00:00:00'", "'23:59:59.999999'"]],
  [
    'TIMESTAMP',
    [
      "'2024-02-29 12:34:56.123456'",
      "'1969-12-31 23:59:59.999999'",
      "'1500-01-01'",
      "'infinity'",
      "'0044-03-15 (BC) 10:00:00'",
    ],
  ],
  ['TIMESTAMP_S', ["'2024-02-29 12:34:56'"]],
  ['TIMESTAMP_MS', ["'2024-02-29 12:34:56.123'"]],
  ['TIMESTAMP_NS', ["'2024-02-29 12:34:56.123456789'"]],
  [
    'TIMESTAMP WITH TIME ZONE',
    ["'2024-02-29 12:34:56.123456+02'", "'1969-12-31 23:59:59+00'", "'-infinity'"],
  ],
  ['INTERVAL', ["'3 months 2 days'", "'01:02:03.5'"]],
  ['UUID', ["'00112233-4455-6677-8899-aabbccddeeff'"]],
  ['BIT', ["'010101'"]],
  ['JSON', [`'{"b": 1.0, "a": [1, null]}'`, "'12345678901234567890'", `'"text"'`]],
  ["ENUM('low', 'high')", ["'low'", "'high'"]],
  ['INTEGER[]', ['[1, NULL, 3]', '[]']],
  ['VARCHAR[]', [`['a', 'b"c', NULL]`]],
  ['DOUBLE[3]', ['[1.5, 2, 0.1]']],
  ['DATE[]', ["['2024-01-01', NULL]"]],
  ['STRUCT(a INTEGER, b VARCHAR, c STRUCT(d DOUBLE[]))', ["{'a': 1, 'b': 'x', 'c': {'d': [0.5, NULL]}}"]],
  ['STRUCT(t TIMESTAMP, n DECIMAL(9,2))', ["{'t': TIMESTAMP '2024-01-01 10:00:00.5', 'n': 12.30}"]],
  ['MAP(VARCHAR, INTEGER)', ["MAP {'k': 1, 'l': NULL}"]],
  ['MAP(INTEGER, VARCHAR)', ["MAP {1: 'a', 2: 'b'}"]],
];

const selectOf = (type: string, values: string[]) =>
  `SELECT i, v FROM (VALUES ${[...values, 'NULL'].map((value, i) => `(${i}, CAST(${value} AS ${type}))`).join(', ')}) t(i, v)`;

/** All types in one table, a column each, NULL where a type has no more values. */
const ROWS = Math.max(...TYPES.map(([, values]) => values.length)) + 1;
const column = (at: number) => `c${at}`;
const EVERYTHING = Array.from({ length: ROWS }, (_, row) => {
  const cells = TYPES.map(
    ([type, values], at) => `CAST(${values[row] ?? 'NULL'} AS ${type}) AS ${column(at)}`,
  );
  return `SELECT ${row} AS i, ${cells.join(', ')}`;
}).join(' UNION ALL ');

async function through(code: Record<string, unknown>, query: string, compared = ['v']) {
  const same = compared.map(
    (name) => `count(*) FILTER (a.${name} IS NOT DISTINCT FROM b.${name}) AS ${name}`,
  );
  return bench.run({
    nodes: {
      a: { type: 'sql', config: { query } },
      b: code,
      compare: {
        type: 'sql',
        config: { query: `SELECT count(*) AS rows, ${same.join(', ')} FROM a JOIN b USING (i)` },
      },
    },
    edges: ['a -> b', 'a -> compare', 'b -> compare'],
  });
}

describe.each([
  ['map', { type: 'map', config: { code: 'return row' } }],
  ['javascript', { type: 'javascript', config: { code: 'return df' } }],
])('through %s and back', (_name, code) => {
  let run: Finished;
  beforeAll(async () => {
    run = await through(
      code,
      EVERYTHING,
      TYPES.map((_type, at) => column(at)),
    );
  });
  it('runs', () => {
    expect(run.report.error).toBeNull();
    expect(run.node('compare').sample?.[0]?.rows).toBe(ROWS);
  });
  it.each(TYPES.map(([type], at) => [type, at] as const))('%s', (_type, at) => {
    expect(run.node('b').schema?.[at + 1]).toEqual(run.node('a').schema?.[at + 1]);
    expect(run.node('compare').sample?.[0]?.[column(at)]).toBe(ROWS);
  });
});

describe('refused by name', () => {
  it.each([
    [
      'a BIGINT beyond 2^53',
      'SELECT 9007199254740993::BIGINT AS id',
      'value-not-exact',
      /"id" holds 9007199254740993/,
    ],
    ['a UBIGINT', 'SELECT 18446744073709551615::UBIGINT AS id', 'value-not-exact', /18446744073709551615/],
    ['a HUGEINT below', 'SELECT (-9007199254740993)::HUGEINT AS id', 'value-not-exact', /-9007199254740993/],
    [
      'a DECIMAL of 16 digits',
      'SELECT 12345678901234.56::DECIMAL(18,2) AS d',
      'value-not-exact',
      /"d" holds 12345678901234.56/,
    ],
    [
      'a number inside a list',
      'SELECT [9007199254740993] AS l',
      'value-not-exact',
      /"l" holds the number 9007199254740993/,
    ],
    [
      'the third row only',
      'SELECT * FROM (VALUES (1::BIGINT, 1), (2, 2), (9007199254740999, 3)) t(id, i)',
      'value-not-exact',
      /9007199254740999/,
    ],
  ])('%s', async (_name, query, code, message) => {
    const run = await bench.run({
      nodes: { a: { type: 'sql', config: { query } }, b: { type: 'map', config: { code: 'return row' } } },
      edges: ['a -> b'],
    });
    expect(run.node('b').error).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it.each([
    ['bytes', "SELECT 'x'::BLOB AS b"],
    ['bytes in a list', "SELECT ['x'::BLOB] AS b"],
  ])('%s', async (_name, query) => {
    const run = bench.run({
      nodes: { a: { type: 'sql', config: { query } }, b: { type: 'map', config: { code: 'return row' } } },
      edges: ['a -> b'],
    });
    await expect(run).rejects.toMatchObject({ issues: [{ code: 'type-not-for-code' }] });
  });

  it('nothing of what is handed over as text', async () => {
    const query = `SELECT * FROM (VALUES (0, 9223372036854775807::BIGINT), (1, -9223372036854775808), (2, NULL)) t(i, v)`;
    const run = await through({ type: 'map', config: { code: 'return row', asText: ['v'] } }, query);
    expect(run.node('b').schema).toEqual(run.node('a').schema);
    expect(run.node('compare').sample).toEqual([{ rows: 3, v: 3 }]);
  });
  it.each([
    ['DECIMAL(38,4)', '1234567890123456789012345678901234.5678'],
    ['HUGEINT', '-170141183460469231731687303715884105728'],
    ['UHUGEINT', '340282366920938463463374607431768211455'],
    ['UBIGINT', '18446744073709551615'],
    ['DOUBLE', "'nan'"],
  ])('%s as text', async (type, value) => {
    const run = await through(
      { type: 'javascript', config: { code: 'return df', asText: ['v'] } },
      selectOf(type, [value]),
    );
    expect(run.node('b').schema).toEqual(run.node('a').schema);
    expect(run.node('compare').sample).toEqual([{ rows: 2, v: 2 }]);
  });
});

describe('NaN', () => {
  const query = "SELECT * FROM (VALUES (0, 'nan'::DOUBLE), (1, 1.5)) t(i, v)";
  it('stays in a map', async () => {
    const run = await through({ type: 'map', config: { code: 'return row' } }, query);
    expect(run.node('b').sample).toEqual([
      { i: 0, v: 'NaN' },
      { i: 1, v: 1.5 },
    ]);
  });
  it('is NULL to a DataFrame and from it', async () => {
    const code = 'df.addColumn("w", [0, NaN], { inplace: true }); return df';
    const run = await through({ type: 'javascript', config: { code } }, query);
    expect(run.node('b').sample).toEqual([
      { i: 0, v: null, w: 0 },
      { i: 1, v: 1.5, w: null },
    ]);
  });
});

describe('what code makes', () => {
  const made: [what: string, code: string, type: string, value: unknown][] = [
    ['a number', '1', 'DOUBLE', 1],
    ['a text', '"x"', 'VARCHAR', 'x'],
    ['a boolean', 'true', 'BOOLEAN', true],
    ['a BigInt', '9223372036854775807n', 'BIGINT', '9223372036854775807'],
    ['a date', 'new Date(Date.UTC(2024, 0, 1, 12, 30, 15, 250))', 'TIMESTAMP', '2024-01-01T12:30:15.25'],
    ['an object', '({ a: [1, null, "x"] })', 'JSON', '{"a":[1,null,"x"]}'],
    ['nothing at all', 'null', 'VARCHAR', null],
    ['an undefined', 'undefined', 'VARCHAR', null],
  ];
  it('has a type by its kind alone', async () => {
    const cells = made.map(([, code], at) => `v${at}: ${code}`);
    const run = await bench.run({
      nodes: {
        a: sql('SELECT 1 AS i'),
        b: { type: 'map', config: { code: `return { ${cells.join(', ')} }` } },
      },
      edges: ['a -> b'],
    });
    expect(run.node('b').schema).toEqual(made.map(([, , type], at) => ({ name: `v${at}`, type })));
    expect(run.node('b').sample).toEqual([
      Object.fromEntries(made.map(([, , , value], at) => [`v${at}`, value])),
    ]);
  });

  const listed: [type: string, code: string, value: unknown][] = [
    ['INTEGER', '7', 7],
    ['TINYINT', '-5', -5],
    ['UBIGINT', '18446744073709551615n', '18446744073709551615'],
    ['HUGEINT', '2n ** 100n', '1267650600228229401496703205376'],
    ['DECIMAL(10,2)', '12.5', 12.5],
    ['DECIMAL(30,0)', '1e21', 1e21],
    ['DECIMAL(20,10)', '1e-7', 1e-7],
    ['DATE', 'new Date(Date.UTC(2024, 1, 29))', '2024-02-29'],
    ['DATE', '"2024-02-29"', '2024-02-29'],
    ['TIMESTAMP WITH TIME ZONE', 'new Date(0)', '1970-01-01T00:00:00Z'],
    ['TIMESTAMP', '"2024-02-29T10:00:00.123456"', '2024-02-29T10:00:00.123456'],
    ['DECIMAL(10,4)', '"1.2345e+2"', 123.45],
    ['FLOAT', '"16777216.0"', 16777216],
    ['TIMESTAMP_MS', '"2024-02-29T10:00:00.123000"', '2024-02-29T10:00:00.123'],
    ['VARCHAR[]', '["a", "b"]', ['a', 'b']],
    ['BIGINT[]', '["9223372036854775807", 1]', ['9223372036854775807', 1]],
    ['DECIMAL(6,2)[]', '[12.5, "-1.25"]', [12.5, -1.25]],
    ['MAP(VARCHAR, INTEGER)', '({ a: 1 })', { a: 1 }],
    ['STRUCT(a INTEGER)', '({ a: 1 })', { a: 1 }],
    ['JSON', '"[1, 2]"', '[1, 2]'],
  ];
  it('has the type that is listed', async () => {
    const cells = listed.map(([, code], at) => `v${at}: ${code}`);
    const columns = listed.map(([type], at) => ({ name: `v${at}`, type }));
    const run = await bench.run({
      nodes: {
        a: sql('SELECT 1 AS i'),
        b: { type: 'map', config: { code: `return { ${cells.join(', ')} }`, columns } },
      },
      edges: ['a -> b'],
    });
    expect(run.node('b').error).toBeNull();
    expect(run.node('b').schema).toEqual(columns);
    expect(run.node('b').sample).toEqual([
      Object.fromEntries(listed.map(([, , value], at) => [`v${at}`, value])),
    ]);
  });

  const misfits: [type: string, cell: number | boolean | string, kind: OutputKind][] = [
    ['INTEGER', 1.5, 'number'],
    ['INTEGER', 2147483648, 'number'],
    ['INTEGER', Number.NaN, 'number'],
    ['INTEGER', '12a', 'text'],
    ['INTEGER', true, 'boolean'],
    ['TINYINT', 200, 'number'],
    ['UINTEGER', -1, 'number'],
    ['BIGINT', '9223372036854775808', 'bigint'],
    ['BIGINT', 2 ** 53 + 2, 'number'],
    ['DECIMAL(4,2)', 123.4, 'number'],
    ['DECIMAL(4,2)', 1.234, 'number'],
    ['DECIMAL(4,2)', Number.POSITIVE_INFINITY, 'number'],
    ['DECIMAL(20,4)', 1e-7, 'number'],
    ['FLOAT', 0.1, 'number'],
    ['DOUBLE', 'abc', 'text'],
    ['DOUBLE', '', 'text'],
    ['DOUBLE', '9007199254740993', 'bigint'],
    ['DATE', 1, 'date'],
    ['DATE', '29.02.2024', 'text'],
    ['DATE', '2024-02-29T10:00:00', 'text'],
    ['TIMESTAMP', 'yesterday', 'text'],
    ['TIMESTAMP', '2024-01-01T10:00:00Z', 'text'],
    ['TIMESTAMP WITH TIME ZONE', '2024-01-01 10:00:00', 'text'],
    ['BOOLEAN', 1, 'number'],
    ['BOOLEAN', 'true', 'text'],
    ['VARCHAR', 5, 'number'],
    ['VARCHAR', '{"a":1}', 'json'],
    ['JSON', '{not json', 'text'],
    ['INTEGER[]', '[1]', 'text'],
  ];
  it.each(misfits)('a %s is not %s', (type, cell, kind) => {
    expect(columnOut(type).convert(cell, kind)).toBeUndefined();
  });

  it('is refused inside a list where it would be rounded', async () => {
    const config = { code: 'return { v: [1, index / 2] }', columns: [{ name: 'v', type: 'INTEGER[]' }] };
    const run = await bench.run({
      nodes: { a: sql('SELECT * FROM range(4)'), b: { type: 'map', config } },
      edges: ['a -> b'],
    });
    expect(run.node('b').error).toMatchObject({
      code: 'value-not-of-type',
      message: 'Column "v" is of type INTEGER[], and row 2 has [1,0.5].',
    });
  });

  it('is refused in a JSON column that means both texts of JSON and objects, one batch after the other', async () => {
    const config = {
      code: 'return { v: index < 30_000 ? "1" : index % 2 ? "1" : {} }',
      columns: [{ name: 'v', type: 'JSON' }],
    };
    const run = await bench.run({
      nodes: { a: sql('SELECT * FROM range(100_000)'), b: { type: 'map', config } },
      edges: ['a -> b'],
    });
    expect(run.node('b').error).toMatchObject({ code: 'mixed-column' });
  });

  it('is refused with column, row and value where it is not of the type', async () => {
    const config = { code: 'return { v: index / 2 }', columns: [{ name: 'v', type: 'INTEGER' }] };
    const run = await bench.run({
      nodes: { a: sql('SELECT * FROM range(4)'), b: { type: 'map', config } },
      edges: ['a -> b'],
    });
    expect(run.node('b').error).toMatchObject({
      code: 'value-not-of-type',
      message: 'Column "v" is of type INTEGER, and row 2 has 0.5.',
    });
  });
});

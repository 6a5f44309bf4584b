import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RelationLeaves } from '#lib/bind/types.ts';
import type { Relation } from '#lib/sql/relation.ts';
import type { Schema } from '#lib/sql/schema.ts';
import { openOracle, type DuckDBOracle } from './oracle.ts';

let oracle: DuckDBOracle;
beforeAll(async () => {
  oracle = await openOracle();
});
afterAll(() => oracle.close());

const schema = (text: string): Schema =>
  text
    .split(', ')
    .map((column) => ({ name: column.split(' ')[0]!, type: column.split(' ').slice(1).join(' ') }));
const ORDERS = schema('id BIGINT, amount DOUBLE, day DATE, region VARCHAR');
const leaves: RelationLeaves = {
  inputs: { input: { schema: ORDERS, parts: { orders: ORDERS } } },
  masters: { regions: schema('region VARCHAR, name VARCHAR') },
};
const input: Relation = { op: 'input', port: 'input' };

async function filtered(text: string): Promise<Schema> {
  const condition = await oracle.check(
    { kind: 'user', form: 'expression', text, path: ['condition'] },
    { parameters: { since: { sqlType: 'DATE' } } },
  );
  return oracle.describe({ op: 'filter', input, condition }, leaves);
}

async function queried(text: string): Promise<Schema> {
  const query = await oracle.check(
    { kind: 'user', form: 'query', text, path: ['query'] },
    { parameters: { since: { sqlType: 'DATE' } } },
  );
  return oracle.describe(
    { op: 'query', query, tables: { input, orders: { op: 'input', port: 'input', part: 'orders' } } },
    leaves,
  );
}

describe('describe', () => {
  it('tells the columns of a filter, a query and a query over master data', async () => {
    expect(await filtered('day >= ${since} AND amount > 1')).toEqual(ORDERS);
    expect(
      await queried('SELECT region, sum(amount) AS revenue, count(*) AS n FROM input GROUP BY ALL'),
    ).toEqual(schema('region VARCHAR, revenue DOUBLE, n BIGINT'));
    expect(await queried('SELECT id, regions.name FROM orders JOIN master.regions USING (region)')).toEqual(
      schema('id BIGINT, name VARCHAR'),
    );
    expect(await filtered('region IN (SELECT region FROM master.regions)')).toEqual(ORDERS);
    expect(await queried("SELECT CAST(region AS JSON) AS doc, {'a': 1, 'b': [day]} AS s FROM input")).toEqual(
      [
        { name: 'doc', type: 'JSON' },
        { name: 's', type: 'STRUCT(a INTEGER, b DATE[])' },
      ],
    );
  });

  it('takes the columns of a scan as given, without opening its file', async () => {
    const scan: Relation = {
      op: 'scan',
      scan: { format: 'csv', paths: ['/nowhere/at-all.csv'], options: {}, schema: ORDERS },
    };
    expect(await oracle.describe(scan, { inputs: {}, masters: {} })).toEqual(ORDERS);
  });

  it('copes with names that need quoting', async () => {
    const odd = [
      { name: 'a "b" c', type: 'BIGINT' },
      { name: 'select', type: 'VARCHAR' },
      { name: 'größe', type: 'DATE' },
    ];
    expect(
      await oracle.describe(input, { inputs: { input: { schema: odd, parts: {} } }, masters: {} }),
    ).toEqual(odd);
  });

  it.each([
    ['expression', 'amuont > 1', 'column-not-found', 0, 'Did you mean "amount"?'],
    ['expression', "amount > 1 AND lower(day) = 'x'", 'type-mismatch', 15, 'VARCHAR'],
    ['expression', 'region + amount > 1', 'type-mismatch', 7, 'Cast'],
    ['expression', 'day = CAST(id AS NOTHING)', 'type-not-found', 17, ''],
    ['query', 'SELECT region, sum(amount) FROM input', 'missing-group-by', 7, 'GROUP BY ALL'],
    ['query', 'SELECT id FROM input JOIN orders ON true', 'ambiguous-column', 7, ''],
    ['query', 'SELECT region FROM input WHERE sum(amount) > 1', 'function-misplaced', 31, 'step before'],
  ] as const)('says in plain words what is wrong with the %s %s', async (form, text, code, offset, hint) => {
    const outcome = form === 'expression' ? filtered(text) : queried(text);
    await expect(outcome).rejects.toMatchObject({
      code,
      kind: 'user',
      place: { offset, path: [form === 'expression' ? 'condition' : 'query'] },
    });
    await expect(outcome).rejects.toMatchObject(
      hint ? { hint: expect.stringContaining(hint) as string } : {},
    );
  });

  it('finds the place behind a rewritten parameter and master table', async () => {
    const text = 'SELECT id FROM input JOIN master.regions USING (region) WHERE day > ${since} AND nmae = 1';
    await expect(queried(text)).rejects.toMatchObject({
      code: 'column-not-found',
      place: { offset: text.indexOf('nmae') },
    });
  });

  it('numbers two columns of one name, whatever their case', async () => {
    expect(await queried('SELECT id, 1 AS "ID", 2 AS id_1 FROM input')).toEqual(
      schema('id BIGINT, ID_1 INTEGER, id_1_1 INTEGER'),
    );
  });

  it('describes a constant of many parts quickly', async () => {
    const started = performance.now();
    expect(await queried("SELECT len(range(100000)) AS n, repeat('x', 100000) AS r FROM input")).toEqual(
      schema('n BIGINT, r VARCHAR'),
    );
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('unify', () => {
  it.each([
    [['INTEGER', 'BIGINT'], 'BIGINT'],
    [['UINTEGER', 'INTEGER'], 'BIGINT'],
    [['UBIGINT', 'TINYINT'], 'HUGEINT'],
    [['UHUGEINT', 'TINYINT'], null],
    [['SMALLINT', 'DECIMAL(10,2)'], 'DECIMAL(10,2)'],
    [['BIGINT', 'DECIMAL(10,2)'], 'DECIMAL(21,2)'],
    [['HUGEINT', 'DECIMAL(10,2)'], null],
    [['DECIMAL(10,2)', 'DECIMAL(8,4)'], 'DECIMAL(12,4)'],
    [['DECIMAL(38,0)', 'DECIMAL(38,10)'], null],
    [['INTEGER', 'DOUBLE'], 'DOUBLE'],
    [['BIGINT', 'DOUBLE'], 'DOUBLE'],
    [['HUGEINT', 'DOUBLE'], null],
    [['FLOAT', 'DOUBLE'], 'DOUBLE'],
    [['SMALLINT', 'FLOAT'], 'FLOAT'],
    [['INTEGER', 'FLOAT'], 'DOUBLE'],
    [['DECIMAL(10,2)', 'DOUBLE'], null],
    [['DATE', 'TIMESTAMP'], 'TIMESTAMP'],
    [['DATE', 'TIMESTAMP WITH TIME ZONE'], null],
    [['TIMESTAMP_S', 'TIMESTAMP_MS'], 'TIMESTAMP_MS'],
    [['"NULL"', 'DATE'], 'DATE'],
    [['VARCHAR', 'INTEGER'], null],
    [['VARCHAR', 'VARCHAR'], 'VARCHAR'],
    [['BOOLEAN', 'INTEGER'], null],
    [['INTEGER[]', 'BIGINT[]'], 'BIGINT[]'],
    [['INTEGER[3]', 'INTEGER[2]'], 'INTEGER[]'],
    [['STRUCT(a INTEGER, b DATE)', 'STRUCT(A BIGINT, B TIMESTAMP)'], 'STRUCT("a" BIGINT, "b" TIMESTAMP)'],
    [['STRUCT(a INTEGER)', 'STRUCT(b INTEGER)'], null],
    [['MAP(VARCHAR, INTEGER)', 'MAP(VARCHAR, BIGINT)'], 'MAP(VARCHAR, BIGINT)'],
    [["ENUM('a')", "ENUM('b')"], null],
  ])('%j → %s', async (types, expected) => {
    expect(await oracle.unify(types)).toBe(expected);
    expect(await oracle.unify([...types].reverse())).toBe(
      expected?.replace('"a" BIGINT, "b"', '"A" BIGINT, "B"') ?? null,
    );
  });

  it('does not depend on the order of the types', async () => {
    const simple = fc.constantFrom(
      'TINYINT',
      'SMALLINT',
      'INTEGER',
      'BIGINT',
      'UTINYINT',
      'UINTEGER',
      'UBIGINT',
      'HUGEINT',
      'DECIMAL(5,2)',
      'DECIMAL(20,0)',
      'DATE',
      'TIMESTAMP',
      'VARCHAR',
      '"NULL"',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(simple, { minLength: 2, maxLength: 4 }), async (types) => {
        expect(await oracle.unify([...types].reverse())).toBe(await oracle.unify(types));
      }),
    );
  });
});

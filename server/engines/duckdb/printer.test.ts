import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replaceUserText } from '#lib/bind/user-text.ts';
import type { AppError } from '#lib/errors/app-error.ts';
import { compilerOf } from '#lib/nodes/catalogue.ts';
import { addWindows, WINDOW_FUNCTIONS } from '#lib/nodes/window/window-text.ts';
import { call, column, literal, userExpression, type CheckedText } from '#lib/sql/expression.ts';
import type { Relation } from '#lib/sql/relation.ts';
import { parseType, printType } from '#lib/sql/types.ts';
import { printRelation } from './printer.ts';

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:', { threads: '4' })).connect();
});
afterAll(() => {
  connection.closeSync();
});

const INPUT: Relation = { op: 'input', port: 'input' };
const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson();
const thrownBy = (work: () => unknown): AppError => {
  try {
    work();
  } catch (error) {
    return error as AppError;
  }
  throw new Error('nothing was thrown');
};
const checked = (sql: string, form: CheckedText['form'], tables: string[] = []): CheckedText => ({
  kind: 'checked',
  sql,
  form,
  tables,
  parameters: [],
  masters: [],
  volatile: false,
  columns: [],
  ordered: false,
});

describe('a union', () => {
  it('of a thousand inputs is not nested deeper than DuckDB takes, and keeps their order', async () => {
    const inputs = Array.from({ length: 1000 }, (_, index): Relation => ({
      op: 'values',
      schema: [{ name: 'n', type: 'INTEGER' }],
      rows: [[index]],
    }));
    const sql = printRelation({ op: 'union', inputs, distinct: false }, { inputs: {} });
    expect((await rows(sql)).map(([n]) => n)).toEqual(Array.from({ length: 1000 }, (_, index) => index));
  });
});

describe('what must not be printed', () => {
  it('is text that the guard has not seen', () => {
    const expression = userExpression('1', ['condition']);
    expect(
      thrownBy(() =>
        printRelation({ op: 'filter', input: INPUT, condition: expression }, { inputs: { input: 't' } }),
      ),
    ).toMatchObject({ code: 'unchecked-text', kind: 'bug' });
    const query: Relation = {
      op: 'query',
      query: { kind: 'user', text: 'SELECT 1', form: 'query', path: ['query'] },
      tables: {},
    };
    expect(thrownBy(() => printRelation(query, { inputs: {} }))).toMatchObject({
      code: 'unchecked-text',
      kind: 'bug',
    });
  });

  it('is a leaf that nothing stands for', () => {
    expect(thrownBy(() => printRelation(INPUT, { inputs: {} }))).toMatchObject({
      code: 'leaf-missing',
      kind: 'bug',
    });
    expect(
      thrownBy(() =>
        printRelation(
          { op: 'query', query: checked('SELECT * FROM orders', 'query', ['orders']), tables: {} },
          { inputs: {} },
        ),
      ),
    ).toMatchObject({ code: 'leaf-missing' });
  });

  it('is a type, a function or a count that is none', () => {
    const project = (expression: Parameters<typeof call>[1]) => () =>
      printRelation(
        { op: 'project', input: INPUT, columns: [{ name: 'x', expression }] },
        { inputs: { input: 't' } },
      );
    expect(thrownBy(project({ kind: 'cast', operand: column('a'), type: 'INT) FROM x --' }))).toMatchObject({
      kind: 'bug',
    });
    expect(thrownBy(project(call('f(); --')))).toMatchObject({ kind: 'bug' });
    expect(
      thrownBy(() =>
        printRelation({ op: 'limit', input: INPUT, count: 1.5, offset: 0 }, { inputs: { input: 't' } }),
      ),
    ).toMatchObject({ kind: 'bug' });
  });
});

describe('names and constants', () => {
  it('come out as they went in, whatever is in them', async () => {
    const names = fc.uniqueArray(
      fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).filter((name) => !name.includes('\0')),
      { minLength: 1, maxLength: 4, selector: (name) => name.toLowerCase().normalize() },
    );
    await fc.assert(
      fc.asyncProperty(
        names,
        fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
        async (columns, text) => {
          const schema = columns.map((name) => ({ name, type: 'VARCHAR' }));
          const relation: Relation = {
            op: 'values',
            schema,
            rows: [columns.map(() => text), columns.map(() => null)],
          };
          const read = await connection.runAndReadAll(printRelation(relation, { inputs: {} }));
          expect(read.columnNames()).toEqual(columns);
          expect(read.getRowsJson()).toEqual([columns.map(() => text), columns.map(() => null)]);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a chain', () => {
  it('of every transform stands in one WITH', async () => {
    const condition = { kind: 'operator', operator: '>', left: column('a'), right: literal(1) } as const;
    const first = printRelation(
      { op: 'values', schema: [{ name: 'a', type: 'INTEGER' }], rows: [[3], [1], [2]] },
      { inputs: {} },
    );
    const second = printRelation({ op: 'filter', input: INPUT, condition }, { inputs: { input: '"n 1"' } });
    const third = printRelation(
      {
        op: 'sort',
        input: INPUT,
        keys: [{ expression: column('a'), direction: 'asc', nulls: 'last' }],
        ties: [],
      },
      { inputs: { input: '"n2"' } },
    );
    const fourth = printRelation(
      {
        op: 'query',
        query: checked('WITH x AS (SELECT * FROM input) SELECT a + 1 AS b FROM x -- end', 'query', ['input']),
        tables: { input: INPUT },
      },
      { inputs: { input: '"n3"' } },
    );
    expect(
      await rows(
        `WITH "n 1" AS (${first}), "n2" AS (${second}), "n3" AS (${third}), "n4" AS (${fourth}) SELECT * FROM "n4"`,
      ),
    ).toEqual([[3], [4]]);
  });
});

describe('side by side', () => {
  const part = (name: string, columns: string[], sortFirst = false) => ({
    relation: { op: 'input', port: name } as const,
    columns: columns.map((from) => ({ from, as: `${name}_${from}` })),
    sortFirst,
  });
  const inputs = {
    a: `(VALUES (3), (1), (2)) AS v("x y")`,
    b: `(VALUES ('p')) AS v(k)`,
    c: `(VALUES (10), (NULL)) AS v(z)`,
  };

  it('goes by the position of the rows, the shorter ones filled up with NULL', async () => {
    const relation: Relation = {
      op: 'side-by-side',
      inputs: [part('b', ['k']), part('a', ['x y']), part('c', ['z'])],
    };
    expect(await rows(printRelation(relation, { inputs }))).toEqual([
      ['p', 3, 10],
      [null, 1, null],
      [null, 2, null],
    ]);
  });

  it('sorts an input first that is in no order', async () => {
    const relation: Relation = { op: 'side-by-side', inputs: [part('a', ['x y'], true), part('c', ['z'])] };
    expect(await rows(printRelation(relation, { inputs }))).toEqual([
      [1, 10],
      [2, null],
      [3, null],
    ]);
  });
});

describe('the same input gives the same output', () => {
  beforeAll(async () => {
    await connection.run(
      `CREATE TABLE big AS SELECT i AS id, (hash(i) % 7)::INTEGER AS k, (hash(i * 3) % 11)::INTEGER AS v FROM range(200000) t(i)`,
    );
    await connection.run(`CREATE TABLE shuffled AS SELECT * FROM big ORDER BY hash(id)`);
  });
  const columns = ['id', 'k', 'v'];
  const digest = async (sql: string) =>
    (await rows(`SELECT count(*)::INTEGER, bit_xor(hash(s)) FROM (${sql}) s`))[0];

  it('a sample: of so many rows, the same in each run, others with another seed', async () => {
    const drawn = (seed: number, table = 'big') =>
      digest(
        printRelation(
          { op: 'sample', input: INPUT, columns, by: 'position', rows: 500, seed },
          { inputs: { input: table } },
        ),
      );
    const first = await drawn(1);
    expect(first?.[0]).toBe(500);
    expect(await drawn(1)).toEqual(first);
    expect(await drawn(2)).not.toEqual(first);
  });

  it('a sample by content does not care for the order of the rows', async () => {
    const drawn = (table: string) =>
      digest(
        printRelation(
          { op: 'sample', input: INPUT, columns, by: 'content', rows: 500, seed: 1 },
          { inputs: { input: table } },
        ),
      );
    expect(await drawn('shuffled')).toEqual(await drawn('big'));
  });

  it('a share is about that share, also of rows that are equal', async () => {
    const relation: Relation = {
      op: 'sample',
      input: INPUT,
      columns: ['k'],
      by: 'content',
      percent: 10,
      seed: 3,
    };
    const [found] = await rows(
      `SELECT count(*)::INTEGER FROM (${printRelation(relation, { inputs: { input: '(SELECT k FROM big)' } })})`,
    );
    // 20,000 are expected with a deviation of 134: 700 is more than five times that.
    expect(Math.abs(Number(found?.[0]) - 20_000)).toBeLessThan(700);
  });
});

describe('window functions in a text', () => {
  const over = (text: string) => addWindows(text, (name) => name.toUpperCase()).text;

  it('are all that DuckDB has', async () => {
    const known = (
      await rows(`SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type = 'aggregate'`)
    ).map(([name]) => name as string);
    expect([...WINDOW_FUNCTIONS].sort()).toEqual(known.sort());
  });

  it.each([
    ['sum(x)', 'sum(x) OVER (SUM)'],
    ['round(sum(a + abs(b)) / count(*), 2)', 'round(sum(a + abs(b)) OVER (SUM) / count(*) OVER (COUNT), 2)'],
    ['SUM (x) FILTER (WHERE y > (1)) - 1', 'SUM (x) FILTER (WHERE y > (1)) OVER (SUM) - 1'],
    ['lag(x) OVER (ORDER BY y) + lead(x)', 'lag(x) OVER (ORDER BY y) + lead(x) OVER (LEAD)'],
    ['\'sum(x)\' || "max(y)" -- min(z)', '\'sum(x)\' || "max(y)" -- min(z)'],
    ['max(x) /* min(y) */ + $$min(z)$$', 'max(x) OVER (MAX) /* min(y) */ + $$min(z)$$'],
    ['(SELECT max(x) FROM t) + max(x)', '(SELECT max(x) FROM t) + max(x) OVER (MAX)'],
    ['sum + max', 'sum + max'],
    ['summe(x)', 'summe(x)'],
    ['sum(x', 'sum(x OVER (SUM)'],
  ])('%s', (text, expected) => {
    expect(over(text)).toBe(expected);
  });
});

describe('types', () => {
  it.each([
    ['int', 'INTEGER'],
    ['Decimal( 10 , 2 )', 'DECIMAL(10,2)'],
    ['numeric', 'DECIMAL(18,3)'],
    ['decimal(5)', 'DECIMAL(5,0)'],
    ['varchar(20)', 'VARCHAR'],
    ['timestamp with time zone', 'TIMESTAMP WITH TIME ZONE'],
    ['timestamptz[]', 'TIMESTAMP WITH TIME ZONE[]'],
    ['integer[3][]', 'INTEGER[3][]'],
    ['struct(a int, "b c" text[])', 'STRUCT("a" INTEGER, "b c" VARCHAR[])'],
    ['map(text, double)', 'MAP(VARCHAR, DOUBLE)'],
  ])('%s is %s', (text, expected) => {
    const type = parseType(text);
    expect(type && printType(type)).toBe(expected);
  });

  it.each([
    '',
    'money',
    'int)',
    'int; DROP',
    'decimal(50,2)',
    'decimal(5,6)',
    'struct()',
    'int[',
    'int -- x',
    "int'",
  ])('%j is none', (text) => {
    expect(parseType(text)).toBeNull();
  });

  it('are read as DuckDB writes them', async () => {
    const names = [
      'STRUCT("x y" INT, b VARCHAR[])',
      `ENUM('p', 'q''r')`,
      'MAP(VARCHAR, INT)',
      'UNION(n INT, s VARCHAR)',
      'INT[3]',
      'TIMESTAMPTZ',
      'TIMESTAMP_NS',
      'BIT',
      'HUGEINT',
      'UUID',
      'JSON',
      'TIMETZ',
      'DECIMAL(38,10)',
      'BIGNUM',
    ];
    for (const name of names) {
      const [[written] = []] = await rows(
        `SELECT column_type FROM (DESCRIBE SELECT CAST(NULL AS ${name}) AS x)`,
      );
      const type = parseType(written as string);
      expect(type, written as string).not.toBeNull();
      const [[again] = []] = await rows(
        `SELECT column_type FROM (DESCRIBE SELECT CAST(NULL AS ${printType(type!)}) AS x)`,
      );
      expect(again).toBe(written);
    }
  });
});

describe('nodes that keep the order of their rows', () => {
  const schema = ['id', 'k', 'v'].map((name) => ({ name, type: name === 'id' ? 'BIGINT' : 'INTEGER' }));
  const ids = async (sql: string) => (await rows(`SELECT id::INTEGER FROM (${sql})`)).map(([id]) => id);
  const print = (type: string, config: unknown) => {
    const relation = compilerOf(type)!({ config, inputs: { input: { schema, parts: [] } }, scan: null });
    const asWritten = replaceUserText(relation, (text) => checked(text.text, text.form));
    return printRelation(asWritten, { inputs: { input: 'shuffled' } });
  };

  beforeAll(async () => {
    await connection.run('CREATE TABLE few AS SELECT id FROM big WHERE id % 1000 = 7');
  });

  it('filter, where a subquery becomes a join', async () => {
    const found = await ids(print('filter', { condition: 'id IN (SELECT id FROM few)' }));
    expect(found).toHaveLength(200);
    expect(found).toEqual((await ids('SELECT * FROM shuffled')).filter((id) => Number(id) % 1000 === 7));
  });

  it('mutate, where a window sorts', async () => {
    const columns = [{ name: 'row_position', expression: 'sum(v) OVER (PARTITION BY k ORDER BY v)' }];
    expect(await ids(print('mutate', { columns }))).toEqual(await ids('SELECT * FROM shuffled'));
  });

  it('fill-missing', async () => {
    const columns = [{ column: 'v', with: 'mean' }];
    expect(await ids(print('fill-missing', { columns }))).toEqual(await ids('SELECT * FROM shuffled'));
  });
});

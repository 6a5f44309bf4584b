import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { ColumnProfile, Profile } from '#lib/contracts/profile.ts';
import { profileSchema } from '#lib/contracts/profile.ts';
import type { Engine } from './engine.ts';
import { openEngine } from './open-engine.ts';

let folder: string;
let engine: Engine;
/** Another database, which knows nothing of the engine: what is true comes from here. */
let instance: DuckDBInstance;
let truth: DuckDBConnection;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sluice-profile-'));
  engine = openEngine({
    directories: [folder],
    files: [],
    tempDirectory: path.join(folder, 'tmp'),
    memoryLimitBytes: 1_000_000_000,
    threads: 2,
    concurrency: 2,
    orders: 'unordered',
  });
  instance = await DuckDBInstance.create(':memory:');
  truth = await instance.connect();
  await truth.run(`SET TimeZone = 'UTC'`);
});
afterAll(async () => {
  await engine.close();
  truth.closeSync();
  instance.closeSync();
  await rm(folder, { recursive: true, force: true });
});

const never = () => new AbortController().signal;
let files = 0;

/** Stages the rows of a query as a run does. */
async function staged(query: string): Promise<string> {
  const file = path.join(folder, `rows-${(files += 1)}.parquet`);
  await engine.runSegment({
    reads: [],
    steps: [
      {
        nodeId: 'n',
        sql: query,
        rows: 'source',
        inputs: [],
        merge: 'none',
        knownRows: null,
        volatile: false,
      },
    ],
    target: { kind: 'stage', path: file },
    ordered: false,
    counts: 'exact',
    parameters: {},
    signal: never(),
  });
  return file;
}

const profiled = async (query: string): Promise<Profile> =>
  profileSchema.parse(await engine.profile({ path: await staged(query), signal: never() }));

async function columnOf(expressions: string[], type: string): Promise<ColumnProfile> {
  const values = expressions.map((expression) => `(CAST(${expression} AS ${type}))`).join(', ');
  const { columns } = await profiled(`SELECT * FROM (VALUES ${values}) AS t(v)`);
  const [column] = columns;
  if (!column) throw new Error('no column');
  return column;
}

/** The single value of a query over the other database. */
async function true1(query: string): Promise<unknown> {
  const reader = await truth.runAndReadAll(query);
  return reader.getRowsJson()[0]?.[0];
}

const literal = (value: unknown) => (typeof value === 'number' ? `${value}` : `'${String(value)}'`);
const rowsOf = (buckets: ColumnProfile['histogram']) => buckets?.map((bucket) => bucket.rows);

describe('the profile of a column', () => {
  it('tells numbers: nulls, ends, mean, quantiles, frequent values and shape', async () => {
    const column = await columnOf(['1', '2', '2', '3', '10', 'NULL'], 'INTEGER');
    expect(column).toMatchObject({
      name: 'v',
      type: 'INTEGER',
      kind: 'number',
      nulls: 1,
      distinct: { count: 4, approximate: false },
      min: 1,
      max: 10,
      mean: 3.6,
      notFinite: null,
      lengths: null,
    });
    expect(column.quantiles?.find(({ at }) => at === 0.5)?.value).toBe(2);
    expect(column.top).toEqual([
      { value: 2, rows: 2 },
      { value: 1, rows: 1 },
      { value: 3, rows: 1 },
      { value: 10, rows: 1 },
    ]);
    // Few whole numbers: a bucket for each of them.
    expect(column.histogram?.map(({ from, to }) => [from, to])).toEqual(
      Array.from({ length: 10 }, (_, index) => [index + 1, index + 1]),
    );
    expect(rowsOf(column.histogram)).toEqual([1, 2, 1, 0, 0, 0, 0, 0, 0, 1]);
  });

  it('divides whole numbers between whole numbers', async () => {
    const { columns } = await profiled('SELECT CAST(i * 7 AS INTEGER) AS v FROM range(1, 101) t(i)');
    const histogram = columns[0]?.histogram ?? [];
    // 7 to 700 are 694 numbers, 29 to a bucket.
    expect(histogram[0]).toEqual({ from: 7, to: 35, rows: 5 });
    expect(histogram[1]).toEqual({ from: 36, to: 64, rows: 4 });
    expect(histogram.at(-1)).toEqual({ from: 674, to: 700, rows: 4 });
    expect(histogram.reduce((sum, { rows }) => sum + rows, 0)).toBe(100);
    for (const { from, to, rows } of histogram)
      expect(rows).toBe(
        Number(
          await true1(
            `SELECT count(*) FROM range(1, 101) t(i) WHERE i * 7 BETWEEN ${Number(from)} AND ${Number(to)}`,
          ),
        ),
      );
  });

  it('leaves NaN and the infinities out of every measure, and counts them', async () => {
    const column = await columnOf(
      [`'nan'`, `'inf'`, `'inf'`, `'-inf'`, '-1.5', '0', '4.5', 'NULL'],
      'DOUBLE',
    );
    expect(column).toMatchObject({
      nulls: 1,
      min: -1.5,
      max: 4.5,
      mean: 1,
      notFinite: { nan: 1, positive: 2, negative: 1 },
    });
    expect(column.quantiles?.map(({ value }) => value)).toEqual([-1.5, -1.5, 0, 4.5, 4.5]);
    expect(rowsOf(column.histogram)?.reduce((sum, rows) => sum + rows, 0)).toBe(3);
  });

  it('bears numbers at the very ends of what a double holds', async () => {
    const column = await columnOf(['-1.7e308', '0', '1.7e308', '1.7e308'], 'DOUBLE');
    expect(column).toMatchObject({ min: -1.7e308, max: 1.7e308 });
    const rows = rowsOf(column.histogram) ?? [];
    expect([rows[0], rows.at(-1)]).toEqual([1, 2]);
    expect(rows.reduce((sum, each) => sum + each, 0)).toBe(4);
  });

  it('keeps exact decimals and whole numbers beyond a double exact', async () => {
    const decimal = await columnOf(['12345678901234567890.12', '0.01'], 'DECIMAL(38,2)');
    expect(decimal).toMatchObject({ min: 0.01, max: '12345678901234567890.12' });
    const huge = await columnOf(['170141183460469231731687303715884105727', '-1', '5'], 'HUGEINT');
    expect(huge).toMatchObject({ min: -1, max: '170141183460469231731687303715884105727', nulls: 0 });
    expect(rowsOf(huge.histogram)?.[0]).toBe(2);
  });

  it('tells dates, with a bucket for each day where there are few', async () => {
    const column = await columnOf(
      [`'2024-02-28'`, `'2024-03-01'`, `'2024-03-01'`, 'NULL', `'infinity'`],
      'DATE',
    );
    expect(column).toMatchObject({
      kind: 'time',
      nulls: 1,
      min: '2024-02-28',
      max: '2024-03-01',
      mean: null,
      notFinite: { nan: 0, positive: 1, negative: 0 },
    });
    expect(column.histogram).toEqual([
      { from: '2024-02-28', to: '2024-02-28', rows: 1 },
      { from: '2024-02-29', to: '2024-02-29', rows: 0 },
      { from: '2024-03-01', to: '2024-03-01', rows: 2 },
    ]);
  });

  it.each(['TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS', 'TIMESTAMP WITH TIME ZONE'])(
    'tells instants of type %s',
    async (type) => {
      const column = await columnOf([`'2024-01-01 00:00:00'`, `'2024-01-02 00:00:00'`], type);
      const zone = type.endsWith('ZONE') ? 'Z' : '';
      expect(column).toMatchObject({
        kind: 'time',
        min: `2024-01-01T00:00:00${zone}`,
        max: `2024-01-02T00:00:00${zone}`,
      });
      expect(column.histogram?.[12]?.from).toBe(`2024-01-01T12:00:00${zone}`);
      expect(rowsOf(column.histogram)?.[0]).toBe(1);
      expect(rowsOf(column.histogram)?.at(-1)).toBe(1);
    },
  );

  it('tells texts: ends, lengths and frequent values, cut where they are long', async () => {
    const column = await columnOf([`'b'`, `'größe'`, `''`, `'b'`, `repeat('x', 9000)`], 'VARCHAR');
    expect(column).toMatchObject({
      kind: 'text',
      min: '',
      lengths: { min: 0, mean: (1 + 5 + 0 + 1 + 9000) / 5, max: 9000 },
      distinct: { count: 4, approximate: false },
      histogram: null,
      quantiles: null,
    });
    expect(column.max).toBe('x'.repeat(200));
    expect(column.top?.[0]).toEqual({ value: 'b', rows: 2 });
    expect(column.top?.map(({ value }) => value)).toContain('x'.repeat(200));
  });

  it('says of texts that all differ that none is frequent', async () => {
    const { columns } = await profiled(`SELECT 'id ' || i AS id FROM range(100) t(i)`);
    expect(columns[0]).toMatchObject({ top: null, distinct: { count: 100, approximate: false } });
  });

  it.each([
    ['BOOLEAN', ['true', 'false', 'true'], 'boolean', { value: true, rows: 2 }],
    [`ENUM('low', 'high')`, [`'high'`, `'high'`, `'low'`], 'text', { value: 'high', rows: 2 }],
    ['INTEGER[]', ['[1, 2]', '[1, 2]', '[]'], 'nested', { value: '[1, 2]', rows: 2 }],
    ['STRUCT(a INTEGER)', [`{'a': 1}`, `{'a': 1}`, 'NULL'], 'nested', { value: `{'a': 1}`, rows: 2 }],
    ['MAP(VARCHAR, INTEGER)', [`MAP {'a': 1}`, `MAP {'a': 1}`], 'nested', { value: '{a=1}', rows: 2 }],
    ['JSON', [`'{"a":1}'`, `'{"a":1}'`], 'nested', { value: '{"a":1}', rows: 2 }],
    ['INTERVAL', [`'1 day'`, `'1 day'`], 'other', { value: '1 day', rows: 2 }],
    ['TIME', [`'12:00:00'`, `'12:00:00'`], 'time', { value: '12:00:00', rows: 2 }],
    ['BIT', [`'0101'`, `'0101'`], 'other', { value: '0101', rows: 2 }],
  ] as const)('bears a column of type %s', async (type, values, kind, top) => {
    const column = await columnOf([...values], type);
    expect(column.kind).toBe(kind);
    expect(column.top?.[0]).toEqual(top);
    expect(column.nulls).toBe(values.filter((value) => (value as string) === 'NULL').length);
  });

  it('counts a column of bytes and shows none of them', async () => {
    expect(await columnOf([`'ab'`, `'ab'`, `'c'`, 'NULL'], 'BLOB')).toMatchObject({
      kind: 'other',
      nulls: 1,
      distinct: { count: 2 },
      lengths: { min: 1, max: 2 },
      top: null,
      min: null,
    });
  });

  it('of nothing but NULL has no values to tell of', async () => {
    for (const type of ['INTEGER', 'DOUBLE', 'DATE', 'VARCHAR', 'INTEGER[]', 'DECIMAL(9,2)']) {
      expect(await columnOf(['NULL', 'NULL'], type)).toMatchObject({
        nulls: 2,
        distinct: { count: 0, approximate: false },
        min: null,
        max: null,
        mean: null,
        quantiles: null,
        histogram: null,
        top: [],
        lengths: null,
      });
    }
  });
});

it('agrees with SQL that was written without it', async () => {
  const query = `SELECT
    CASE WHEN hash(i) % 11 = 0 THEN NULL ELSE (hash(i) % 5000)::INTEGER - 1000 END AS whole,
    CASE WHEN hash(i + 7) % 13 = 0 THEN NULL WHEN hash(i + 7) % 17 = 0 THEN 'nan'::DOUBLE ELSE (hash(i + 7) % 100000) / 7.0 END AS broken,
    ((hash(i + 1) % 1000000) / 100.0)::DECIMAL(12, 2) AS money,
    DATE '2020-01-01' + (hash(i + 2) % 900)::INTEGER AS day,
    TIMESTAMP '2020-01-01' + to_seconds((hash(i + 3) % 9000000)::BIGINT) AS moment,
    CASE WHEN hash(i + 4) % 5 = 0 THEN NULL ELSE 'k' || (hash(i + 4) % 40) END AS word
    FROM range(20000) t(i)`;
  const profile = await profiled(query);
  const one = async (expression: string) => true1(`SELECT ${expression} FROM (${query})`);
  for (const column of profile.columns) {
    const { name } = column;
    const good = name === 'broken' ? 'CASE WHEN isfinite(broken) THEN broken END' : name;
    expect(column.nulls).toBe(Number(await one(`count(*) FILTER (WHERE ${name} IS NULL)`)));
    expect(column.distinct).toEqual({
      count: Number(await one(`count(DISTINCT ${name})`)),
      approximate: false,
    });
    const text = (value: unknown) => (typeof value === 'string' ? value.replace('T', ' ') : Number(value));
    const truth = async (expression: string) => {
      const value = await one(expression);
      return typeof column.min === 'number' ? Number(value) : value;
    };
    expect(text(column.min)).toEqual(await truth(`min(${good})`));
    expect(text(column.max)).toEqual(await truth(`max(${good})`));
    if (column.mean !== null) expect(column.mean).toBeCloseTo(Number(await one(`avg(${good}::DOUBLE)`)), 6);
    for (const { at, value } of column.quantiles ?? []) {
      // As many rows lie below as the share says, give or take those of the value itself.
      const below = Number(await one(`count(*) FILTER (WHERE ${good} < ${literal(value)})`));
      const upTo = Number(await one(`count(*) FILTER (WHERE ${good} <= ${literal(value)})`));
      const all = Number(await one(`count(${good})`));
      expect(below).toBeLessThanOrEqual(at * all);
      expect(upTo).toBeGreaterThanOrEqual(Math.floor(at * all));
    }
    for (const { value, rows } of column.top ?? [])
      expect(rows).toBe(
        Number(
          await one(
            value === 'NaN'
              ? `count(*) FILTER (WHERE isnan(${name}))`
              : `count(*) FILTER (WHERE ${name} = ${literal(value)})`,
          ),
        ),
      );
    const buckets = column.histogram ?? [];
    for (const [index, { from, to, rows }] of buckets.entries()) {
      const isWhole = name === 'whole' || name === 'day';
      const end = isWhole || index === buckets.length - 1 ? '<=' : '<';
      const between = Number(
        await one(`count(*) FILTER (WHERE ${good} >= ${literal(from)} AND ${good} ${end} ${literal(to)})`),
      );
      // A border that is no exact number may fall to either side.
      if (isWhole) expect(rows).toBe(between);
      else expect(Math.abs(rows - between)).toBeLessThanOrEqual(3);
    }
    if (column.kind !== 'text') expect(buckets.length).toBeGreaterThan(20);
  }
  expect(profile.columns.map(({ kind }) => kind)).toEqual([
    'number',
    'number',
    'number',
    'time',
    'time',
    'text',
  ]);
});

it('bears odd names of columns, and keeps their order', async () => {
  const names = ['a"b', "it's", 'select', 'c0', 'v', 'größe 🦆', '@sample', ' '];
  const columns = names.map((name, index) => `${index} AS "${name.replaceAll('"', '""')}"`).join(', ');
  const profile = await profiled(`SELECT ${columns}`);
  expect(profile.columns.map(({ name, min }) => [name, min])).toEqual(
    names.map((name, index) => [name, index]),
  );
});

it('of an empty result tells the columns', async () => {
  const profile = await profiled(
    "SELECT 1 AS a, CAST(NULL AS VARCHAR) AS b, DATE '2024-01-01' AS c WHERE false",
  );
  expect(profile).toMatchObject({ rows: 0, basis: { rows: 0, sampled: false } });
  for (const column of profile.columns)
    expect(column).toMatchObject({ nulls: 0, distinct: { count: 0 }, min: null, top: [], histogram: null });
});

it('takes hundreds of columns in parts', async () => {
  const columns = Array.from({ length: 150 }, (_, index) => `${index} AS c${index}`).join(', ');
  const shares: number[] = [];
  const profile = await engine.profile({
    path: await staged(`SELECT ${columns} FROM range(3)`),
    signal: never(),
    onProgress: (share) => shares.push(share),
  });
  expect(profile.columns.map(({ min }) => min)).toEqual(Array.from({ length: 150 }, (_, index) => index));
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares.length).toBeGreaterThanOrEqual(12);
});

describe('many rows', () => {
  const QUERY = `SELECT i AS id, i % 7 AS seven, CASE WHEN i % 10 = 0 THEN NULL ELSE sqrt(i) END AS root,
    CASE WHEN i % 4 = 0 THEN 'often' ELSE 'text ' || i END AS words FROM range(400000) t(i)`;

  it('are counted exactly where that is cheap, and sampled where it says so', async () => {
    const profile = await profiled(QUERY);
    const [id, seven, root, words] = profile.columns;
    expect(profile.rows).toBe(400_000);
    expect(profile.basis.sampled).toBe(true);
    expect(profile.basis.rows).toBe(100_000);
    // Few values are counted one by one.
    expect(seven?.distinct).toEqual({ count: 7, approximate: false });
    expect([id?.nulls, seven?.nulls, root?.nulls]).toEqual([0, 0, 40_000]);
    expect([id?.min, id?.max, id?.mean]).toEqual([0, 399_999, 199_999.5]);
    expect(root?.mean).toBeCloseTo(Number(await true1(`SELECT avg(root) FROM (${QUERY})`)), 6);
    expect(root?.max).toBe(await true1(`SELECT max(root) FROM (${QUERY})`));
    expect(words?.lengths?.max).toBe(Number(await true1(`SELECT max(length(words)) FROM (${QUERY})`)));
    for (const [column, distinct] of [
      [id, 400_000],
      [words, 300_001],
      [root, 360_000],
    ] as const) {
      expect(column?.distinct?.approximate).toBe(true);
      expect(Math.abs((column?.distinct?.count ?? 0) - distinct) / distinct).toBeLessThan(0.03);
    }
  });

  it('have rare values counted among all of them', async () => {
    const { columns } = await profiled(
      `SELECT CASE WHEN i % 1000 = 0 THEN i ELSE 1 END AS rare, i // 20 AS many FROM range(400000) t(i)`,
    );
    // 400 of 401 values are on one row in 400,000 each: no sample sees them all.
    expect(columns[0]?.distinct).toEqual({ count: 401, approximate: false });
    expect(Math.abs((columns[1]?.distinct?.count ?? 0) - 20_000)).toBeLessThan(2000);
  });

  it('have the shape of the whole in their sample', async () => {
    const { columns, basis } = await profiled(QUERY);
    const [id, , root, words] = columns;
    expect(words?.top?.[0]?.value).toBe('often');
    expect((words?.top?.[0]?.rows ?? 0) / basis.rows).toBeCloseTo(0.25, 1);
    expect(words?.top?.[1]?.rows ?? 1).toBe(1);
    // Even numbers lie in even buckets.
    const shares = (rowsOf(id?.histogram ?? null) ?? []).map((rows) => rows / basis.rows);
    for (const share of shares) expect(share).toBeCloseTo(1 / shares.length, 2);
    const median = Number(await true1(`SELECT median(root) FROM (${QUERY})`));
    expect(Math.abs(Number(root?.quantiles?.[2]?.value) - median) / median).toBeLessThan(0.03);
  });

  it('are given up when nobody waits for them any more', async () => {
    const file = await staged(QUERY);
    const controller = new AbortController();
    const asked = engine.profile({
      path: file,
      signal: controller.signal,
      onProgress: () => {
        controller.abort();
      },
    });
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
    // The connection is as good as new.
    expect((await engine.profile({ path: file, signal: never() })).rows).toBe(400_000);
  });
});

describe('a random sample', () => {
  it('draws rows of the result, from all over it', async () => {
    const file = await staged(`SELECT i, 'v' || i AS t FROM range(20000) t(i)`);
    const page = await engine.readSample({ path: file, rows: 500, signal: never() });
    expect(page).toMatchObject({ total: 20_000, schema: [{ name: 'i' }, { name: 't' }] });
    expect(page.rows).toHaveLength(500);
    expect(new Set(page.rows.map(({ i }) => i)).size).toBe(500);
    expect(page.rows.every(({ i, t }) => t === `v${Number(i)}`)).toBe(true);
    // The mean of 500 of 0…19,999 has a deviation of 258.
    const mean = page.rows.reduce((sum, { i }) => sum + Number(i), 0) / 500;
    expect(Math.abs(mean - 9999.5)).toBeLessThan(6 * 258);
    const other = await engine.readSample({ path: file, rows: 500, signal: never() });
    expect(other.rows).not.toEqual(page.rows);
  });

  it('of few rows is all of them', async () => {
    const file = await staged('SELECT i FROM range(3) t(i)');
    const { rows } = await engine.readSample({ path: file, rows: 50, signal: never() });
    expect(rows.map(({ i }) => i).sort()).toEqual([0, 1, 2]);
  });
});

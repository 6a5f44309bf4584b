import { readFile } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { filter, Workbench } from './testing/workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await Workbench.open();
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  // Many row groups, in an order that is neither that of n nor that of its hash.
  await connection.run(
    `COPY (SELECT range AS n, hash(range) % 1000 AS k FROM range(400000) ORDER BY hash(range, 1)) TO '${bench.path('rows.parquet')}' (ROW_GROUP_SIZE 5000)`,
  );
  connection.closeSync();
});
afterAll(() => bench.close());

async function written(): Promise<number[][]> {
  const lines = (await readFile(bench.path('out.csv'), 'utf8')).trimEnd().split('\n').slice(1);
  return lines.map((line) => line.split(',').map(Number));
}

const shuffled = { type: 'file-source', config: { path: 'rows.parquet' } };
const out = { type: 'file-destination', config: { path: 'out.csv' } };
const sorted = { type: 'order', config: { by: [{ column: 'k', direction: 'desc' }, { column: 'n' }] } };
const byN = { type: 'order', config: { by: [{ column: 'n' }] } };

it.each(['exact', 'fast'])(
  'rows that were sorted stay so through filters and new columns to the file, counts %s',
  async (counts) => {
    await bench.run({
      settings: { counts },
      nodes: {
        shuffled,
        sorted,
        odd: filter('n % 2 = 1'),
        more: { type: 'mutate', config: { columns: [{ name: 'm', expression: 'n + 1' }] } },
        out,
      },
      edges: ['shuffled -> sorted', 'sorted -> odd', 'odd -> more', 'more -> out'],
    });
    const rows = await written();
    expect(rows).toHaveLength(200_000);
    const isSorted = rows.every(([n = 0, k = 0], at) => {
      const [before = 0, above = 0] = rows[at - 1] ?? [-1, Infinity];
      return above > k || (above === k && before < n);
    });
    expect(isSorted).toBe(true);
  },
);

it('rows of a file stay in its order', async () => {
  await bench.run({
    nodes: { shuffled, odd: filter('n % 2 = 1'), out },
    edges: ['shuffled -> odd', 'odd -> out'],
  });
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const expected = await connection.runAndReadAll(
    `SELECT n::INTEGER FROM read_parquet('${bench.path('rows.parquet')}', file_row_number = true) WHERE n % 2 = 1 ORDER BY file_row_number`,
  );
  connection.closeSync();
  expect((await written()).map(([n]) => n)).toEqual(expected.getRows().map(([n]) => n));
});

/** Rows of the file with their place in it, as `v`. */
const places = () =>
  `(SELECT n, k, file_row_number AS v FROM read_parquet('${bench.path('rows.parquet')}', file_row_number = true))`;

async function truth(query: string): Promise<unknown[][]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const reader = await connection.runAndReadAll(query);
  connection.closeSync();
  return reader.getRowsJson().map((row) => row.map(Number));
}

const ranked = {
  type: 'window',
  config: {
    columns: [
      { name: 'r', expression: 'row_number()', partitionBy: ['k'], orderBy: [{ column: 'tie' }] },
      { name: 'before', expression: 'lag(n, 1, -1)', partitionBy: ['k'], orderBy: [{ column: 'tie' }] },
    ],
  },
};
const tied = { type: 'mutate', config: { columns: [{ name: 'tie', expression: 'k % 2' }] } };
const inPlaces = (where: string) => `
  SELECT n, k, k % 2 AS tie, row_number() OVER w AS r, lag(n, 1, -1) OVER w AS before
  FROM ${places()} WHERE ${where} WINDOW w AS (PARTITION BY k ORDER BY k % 2, v) ORDER BY n`;

it('rows that sort equal are numbered in the order of their Parquet file, by its own numbers', async () => {
  const { report, node } = await bench.run({
    nodes: { shuffled, odd: filter('n % 2 = 1'), tied, less: filter('k < 900'), ranked, sorted: byN, out },
    edges: [
      'shuffled -> odd',
      'odd -> tied',
      'tied -> less',
      'less -> ranked',
      'ranked -> sorted',
      'sorted -> out',
    ],
  });
  expect(report.segments.map(({ sql }) => sql).join()).toContain('file_row_number AS "row_position"');
  expect(await written()).toEqual(await truth(inPlaces('n % 2 = 1 AND k < 900')));
  expect(node('less').rowsOut).toBe((await written()).length);
  for (const id of ['shuffled', 'odd', 'tied', 'less'])
    expect(Object.keys(node(id).sample?.[0] ?? {})).not.toContain('row_position');
});

it('the same where others read the file too, and where a star would see the numbers', async () => {
  const { report } = await bench.run({
    nodes: {
      shuffled,
      starred: filter('greatest(*COLUMNS(*)) > 10'),
      tied,
      ranked,
      sorted: byN,
      out,
      other: filter('n < 5'),
    },
    edges: [
      'shuffled -> starred',
      'starred -> tied',
      'tied -> ranked',
      'ranked -> sorted',
      'sorted -> out',
      'shuffled -> other',
    ],
  });
  expect(report.segments.map(({ sql }) => sql).join()).not.toContain('file_row_number');
  expect(await written()).toEqual(await truth(inPlaces('greatest(n, k) > 10')));
});

it('a statement that fails behind numbered rows tells its node, and the rows before it are right', async () => {
  const { statuses, node } = await bench.run({
    nodes: { shuffled, tied, ranked, bad: filter("error('no') IS NULL"), out },
    edges: ['shuffled -> tied', 'tied -> ranked', 'ranked -> bad', 'bad -> out'],
  });
  expect(statuses).toBe('bad failed, out skipped, ranked succeeded, shuffled succeeded, tied succeeded');
  expect(node('ranked').rowsOut).toBe(400_000);
});

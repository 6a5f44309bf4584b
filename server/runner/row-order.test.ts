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

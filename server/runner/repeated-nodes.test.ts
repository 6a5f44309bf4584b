import { open } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { filter, Workbench } from './testing/workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await Workbench.open();
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`COPY (SELECT range AS n FROM range(1000)) TO '${bench.path('rows.parquet')}'`);
  connection.closeSync();
});
afterAll(() => bench.close());

const rows = { type: 'file-source', config: { path: 'rows.parquet' } };
const out = (path: string) => ({ type: 'file-destination', config: { path } });
const edges = ['rows -> few', 'few -> first', 'rows -> many', 'many -> second'];

it('a Parquet file that two statements read is scanned by both and kept by none', async () => {
  const { report, node } = await bench.run({
    nodes: {
      rows,
      few: filter('n < 10'),
      first: out('a.csv'),
      many: filter('n >= 10'),
      second: out('b.csv'),
    },
    edges,
  });
  expect(report.segments.map(({ nodes }) => nodes.join()).sort()).toEqual(['many,second', 'rows,few,first']);
  expect([node('few').rowsIn, node('few').rowsOut]).toEqual([1000, 10]);
  expect([node('many').rowsIn, node('many').rowsOut]).toEqual([1000, 990]);
  expect(node('rows')).toMatchObject({ status: 'succeeded', rowsOut: 1000 });
  expect(node('rows').sample).toHaveLength(50);
});

it('what only sifts and widens its rows is computed by each too, up to three', async () => {
  const branch = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        [
          `by${index}`,
          {
            type: 'aggregate',
            config: { groupBy: ['d'], aggregations: [{ function: 'count', as: 'rows' }] },
          },
        ],
        [`out${index}`, out(`branch${index}.csv`)],
      ]).flat() as [string, Record<string, unknown>][],
    );
  const light = {
    few: filter('n < 100'),
    wide: { type: 'mutate', config: { columns: [{ name: 'd', expression: 'n % 7' }] } },
  };
  const run = (count: number) =>
    bench.run({
      nodes: { rows, ...light, ...branch(count) },
      edges: [
        'rows -> few',
        'few -> wide',
        ...Array.from({ length: count }, (_, index) => [
          `wide -> by${index}`,
          `by${index} -> out${index}`,
        ]).flat(),
      ],
    });
  const three = await run(3);
  expect(three.report.segments).toHaveLength(3);
  expect(three.report.nodes.map(({ id, rowsOut }) => `${id} ${rowsOut}`).join(', ')).toBe(
    'rows 1000, few 100, wide 100, by0 7, by1 7, by2 7, out0 7, out1 7, out2 7',
  );
  expect(three.node('by2').rowsIn).toBe(100);
  const four = await run(4);
  expect(four.report.segments.find(({ id }) => id === 'wide')?.reason).toBe('4 inputs read it');
});

it("an error in a node that two statements compute is that node's, and both branches wait for it", async () => {
  const { statuses } = await bench.run({
    nodes: {
      rows,
      bad: { type: 'mutate', config: { columns: [{ name: 'd', expression: "CAST('x' || n AS INTEGER)" }] } },
      few: filter('d < 10'),
      first: out('g.csv'),
      many: filter('d >= 10'),
      second: out('h.csv'),
    },
    edges: ['rows -> bad', 'bad -> few', 'few -> first', 'bad -> many', 'many -> second'],
  });
  expect(statuses).toBe(
    'bad failed, few skipped, first skipped, many skipped, rows succeeded, second skipped',
  );
});

it('a branch that fails leaves the other, and the source they share, as they are', async () => {
  const { statuses, node } = await bench.run({
    nodes: {
      rows,
      few: filter("CAST('x' || n AS INTEGER) > 0"),
      first: out('c.csv'),
      many: filter('n >= 10'),
      second: out('d.csv'),
    },
    edges,
  });
  expect(statuses).toBe('few failed, first skipped, many succeeded, rows succeeded, second succeeded');
  expect(node('many')).toMatchObject({ rowsIn: 1000, rowsOut: 990 });
});

it('a file that cannot be read to its end is the fault of the source, for every reader', async () => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const broken = bench.path('broken.parquet');
  await connection.run(
    `COPY (SELECT range AS n, md5(range::VARCHAR) AS t FROM range(200000)) TO '${broken}' (ROW_GROUP_SIZE 20000)`,
  );
  connection.closeSync();
  const file = await open(broken, 'r+');
  await file.write(Buffer.alloc(200_000, 0xff), 0, 200_000, 500_000);
  await file.close();
  const { report, node } = await bench.run({
    nodes: {
      rows: { type: 'file-source', config: { path: 'broken.parquet' } },
      few: filter("t > 'a'"),
      first: out('e.csv'),
      many: filter("t > 'b'"),
      second: out('f.csv'),
    },
    edges,
  });
  expect(report.status).toBe('failed');
  expect(node('rows').status).toBe('failed');
  expect(node('few')).toMatchObject({ status: 'skipped', skippedBecause: 'rows' });
  expect(['first', 'second'].map((id) => node(id).status)).toEqual(['skipped', 'skipped']);
});

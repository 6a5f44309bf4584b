import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { column, filter, numbers, sql, Workbench, type Sketch } from '../testing/workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await Workbench.open();
});
afterAll(() => bench.close());

/** `from, from + step, …`, fifty of them at most. */
const steps = (from: number, step: number, count = 50) =>
  Array.from({ length: count }, (_, index) => from + index * step);

describe('samples of what takes its rows apart by groups', () => {
  const source = { type: 'file-source', config: { path: 'groups.parquet' } };
  beforeAll(async () => {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    // Three rows to a group, each in another third of the file; every hundredth without a group.
    await connection.run(
      `COPY (SELECT range AS n, CASE WHEN range % 100 = 0 THEN NULL ELSE range % 100000 END AS g FROM range(300000))
        TO '${bench.path('groups.parquet')}' (FORMAT parquet)`,
    );
    connection.closeSync();
  });

  it('are whole groups, though few of them are computed', async () => {
    const { report, node } = await bench.run({
      nodes: {
        rows: source,
        all: filter('n >= 0'),
        ranked: {
          type: 'window',
          config: {
            columns: [
              { name: 'place', expression: 'row_number()', partitionBy: ['g'], orderBy: [{ column: 'n' }] },
              { name: 'rows', expression: 'count(*)', partitionBy: ['G'] },
            ],
          },
        },
        some: filter('place > 0'),
        totals: {
          type: 'aggregate',
          config: {
            groupBy: ['g'],
            aggregations: [
              { function: 'count', as: 'rows' },
              { function: 'sum', column: 'n', as: 'sum' },
            ],
          },
        },
        big: filter('rows > 0'),
      },
      edges: ['rows -> all', 'all -> ranked', 'ranked -> some', 'all -> totals', 'totals -> big'],
    });
    expect(report.status).toBe('succeeded');
    const ranked = node('ranked').sample ?? [];
    expect(ranked).toHaveLength(50);
    for (const { n, g, place, rows } of ranked) {
      expect(rows).toBe(g === null ? 3000 : 3);
      expect(place).toBe(g === null ? Number(n) / 100 + 1 : Math.floor(Number(n) / 100_000) + 1);
    }
    const totals = node('totals').sample ?? [];
    expect(totals).toHaveLength(50);
    for (const { g, rows, sum } of totals)
      expect([rows, Number(sum)]).toEqual(
        g === null ? [3000, 100 * ((2999 * 3000) / 2)] : [3, 3 * Number(g) + 300_000],
      );
  });
});

describe('samples inside one statement', () => {
  it("are each node's own first rows, however they follow from the node before", async () => {
    const plus: Sketch['nodes'][string] = {
      type: 'mutate',
      config: { columns: [{ name: 'n', expression: 'n + 1000' }] },
    };
    const { report, node } = await bench.run({
      nodes: {
        all: numbers(1000),
        // Fifty rows in give fifty out.
        plus,
        // The first fifty rows hold too few.
        tenths: filter('n % 10 = 0'),
        same: filter('n > 0'),
        // All of its rows, and not only those of the fifty before.
        ranked: {
          type: 'mutate',
          config: { columns: [{ name: 'rows', expression: 'count(*) OVER ()' }] },
        },
        few: filter('n > 1980'),
        // Two rows of two: what comes after starts from them.
        doubled: { type: 'mutate', config: { columns: [{ name: 'n', expression: 'n * 2' }] } },
        sorted: { type: 'order', config: { by: [{ column: 'n', direction: 'desc' }] } },
      },
      edges: [
        'all -> plus',
        'plus -> tenths',
        'tenths -> same',
        'same -> ranked',
        'ranked -> few',
        'few -> doubled',
        'doubled -> sorted',
      ],
    });
    expect(report.segments).toHaveLength(1);
    const sampled = (id: string) => column(node(id).sample, 'n');
    expect(sampled('all')).toEqual(steps(1, 1));
    expect(sampled('plus')).toEqual(steps(1001, 1));
    expect(sampled('tenths')).toEqual(steps(1010, 10));
    expect(sampled('same')).toEqual(steps(1010, 10));
    expect(column(node('ranked').sample, 'rows')).toEqual(Array.from({ length: 50 }, () => 100));
    expect(sampled('few')).toEqual([1990, 2000]);
    expect(sampled('doubled')).toEqual([3980, 4000]);
    expect(sampled('sorted')).toEqual([4000, 3980]);
  });

  it('hold whole results, where order counts and where it does not', async () => {
    const { node } = await bench.run({
      nodes: {
        all: numbers(200),
        thirds: sql('SELECT n % 3 AS third, count(*) AS rows FROM input GROUP BY third'),
        named: { type: 'mutate', config: { columns: [{ name: 'third', expression: "'t' || third" }] } },
        total: {
          type: 'aggregate',
          config: { aggregations: [{ function: 'sum', column: 'rows', as: 'n' }] },
        },
      },
      edges: ['all -> thirds', 'thirds -> named', 'named -> total'],
    });
    expect(column(node('named').sample, 'third').sort()).toEqual(['t0', 't1', 't2']);
    expect(column(node('total').sample, 'n')).toEqual([200]);
  });
});

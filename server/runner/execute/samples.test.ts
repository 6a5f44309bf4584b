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

import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { filter, sql, Workbench, type Sketch } from './testing/workbench.ts';

// What DuckDB may move about a condition depends on what is in it. Here it is on columns that nobody tests again.

let bench: Workbench;
let truth: (condition: string) => Promise<number>;
beforeAll(async () => {
  bench = await Workbench.open();
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(
    `CREATE TABLE rows AS SELECT range AS id, range % 997 AS v, range / 7.0 AS f, DATE '2020-01-01' + (range % 900)::INTEGER AS d,
      CASE WHEN range % 9 = 0 THEN 'x' ELSE (range % 500)::VARCHAR END AS txt, range % 50 AS g FROM range(20000)`,
  );
  await connection.run(`COPY rows TO '${bench.path('rows.parquet')}'`);
  await connection.run(
    `COPY (SELECT range AS g, 'n' || range AS name FROM range(40)) TO '${bench.path('dim.csv')}'`,
  );
  truth = async (condition) => {
    const reader = await connection.runAndReadAll(`SELECT count(*)::INTEGER FROM rows WHERE ${condition}`);
    return Number(reader.getRows()[0]?.[0]);
  };
});
afterAll(() => bench.close());

const CONDITIONS = [
  'v % 3 = 1',
  'v // 3 > 100',
  'v / 3 > 100',
  'abs(v) > 500',
  'v * 2 > 600',
  'f * 2 > 1000',
  'sqrt(f) > 20',
  'year(d) = 2021',
  "d + INTERVAL 1 DAY > DATE '2020-06-01'",
  "d - DATE '2020-01-01' > 300",
  'try_cast(txt AS INTEGER) > 250',
  'CASE WHEN v > 10 THEN v * 3 ELSE 0 END > 900',
  'v / nullif(f, 0) > 0.1',
  "regexp_extract(txt, '[0-9]+') > '3'",
  'v > 600',
  "txt LIKE '1%' AND v % 2 = 0",
];
const JOINS = ['inner', 'left', 'right', 'full', 'semi', 'anti'] as const;

const join = (how: string): Record<string, unknown> => ({
  type: 'join',
  config: { how, on: [{ left: 'g', right: 'g' }] },
});
const rows = { type: 'file-source', config: { path: 'rows.parquet' } };
const dim = { type: 'file-source', config: { path: 'dim.csv' } };
const out = { type: 'file-destination', config: { path: 'out.parquet' } };
const more = { type: 'mutate', config: { columns: [{ name: 'm', expression: 'v + 1' }] } };

/** The kept rows on one side of a join, by way of nodes that keep or drop some of them. */
function joined(kept: Record<string, unknown>, how: string, side: 'left' | 'right'): Sketch {
  const other = side === 'left' ? 'right' : 'left';
  return {
    nodes: { rows, dim, kept, more, large: filter('m > 300'), joined: join(how), out },
    edges: [
      'rows -> kept',
      'kept -> more',
      'more -> large',
      { source: 'large', target: 'joined', targetPort: side },
      { source: 'dim', target: 'joined', targetPort: other },
      'joined -> out',
    ],
  };
}

it.each(CONDITIONS)('%s is counted before every kind of join, on either side', async (condition) => {
  const [kept, large] = [await truth(condition), await truth(`(${condition}) AND v + 1 > 300`)];
  for (const how of JOINS) {
    for (const side of how === 'inner' || how === 'right'
      ? (['left', 'right'] as const)
      : (['left'] as const)) {
      const { node } = await bench.run(joined(filter(condition), how, side));
      expect([how, side, node('kept').rowsOut, node('more').rowsOut, node('large').rowsOut]).toEqual([
        how,
        side,
        kept,
        kept,
        large,
      ]);
    }
  }
  const { node } = await bench.run(joined(sql(`SELECT * FROM rows WHERE ${condition}`), 'inner', 'left'));
  expect([node('kept').rowsOut, node('large').rowsOut]).toEqual([kept, large]);
});

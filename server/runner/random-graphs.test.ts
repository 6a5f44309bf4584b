import { mkdir } from 'node:fs/promises';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JsonRow } from '#lib/contracts/run-record.ts';
import { draws, FILES, fileSql, graphOf, sketchOf, type RandomNode } from './testing/random/random-graph.ts';
import { Workbench } from './testing/workbench.ts';

/**
 * Whole runs of random graphs, and the same graphs node by node in a DuckDB of their own, by SQL that shares no code with
 * the product's. Every count must be the true one, and every sample rows of the true result: as many as there should be,
 * the first where the node promises an order.
 */
const RUNS = Number(process.env['SLUICE_PROPERTY_RUNS'] ?? 100);
/** Joins of large sides would make more rows than a test should. */
const MOST_ROWS = 50_000;

let bench: Workbench;
let truth: DuckDBConnection;
beforeAll(async () => {
  bench = await Workbench.open();
  await mkdir(bench.path('out'));
  // One thread keeps rows in the order in which they were made.
  truth = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  for (const [name, file] of Object.entries(FILES)) {
    const options = name.endsWith('.csv') ? 'FORMAT csv, HEADER' : 'FORMAT parquet, ROW_GROUP_SIZE 2048';
    await truth.run(`COPY (${fileSql(file)}) TO '${bench.path(name)}' (${options})`);
  }
});
afterAll(() => bench.close());

it.each([
  ['exact', 'auto'],
  ['fast', 'auto'],
  ['exact', 'all'],
] as const)(
  'counts %s, staging %s: counts and samples are the truth',
  async (counts, staging) => {
    await fc.assert(
      fc.asyncProperty(draws, async (drawn) => {
        const nodes = graphOf(drawn);
        if (!(await compute(nodes))) return;
        const { report, node } = await bench.run(sketchOf(nodes, { counts, staging }));
        expect(report.error).toBeNull();
        for (const drawnNode of nodes) await hold(drawnNode, node(drawnNode.id), counts);
      }),
      { numRuns: staging === 'all' ? Math.ceil(RUNS / 3) : RUNS },
    );
  },
  1_800_000,
);

type Cells = (number | null)[];

/** A table per node; false where one would grow too large. */
async function compute(nodes: readonly RandomNode[]): Promise<boolean> {
  for (const { id, sql } of nodes) {
    await truth.run(`CREATE OR REPLACE TABLE ${id} AS ${sql}`);
    if ((await numberOf(`SELECT count(*)::INTEGER FROM ${id}`)) > MOST_ROWS) return false;
  }
  return true;
}

async function hold(
  { id, ordered }: RandomNode,
  found: { rowsOut: number | null; sample: JsonRow[] | null },
  counts: 'exact' | 'fast',
): Promise<void> {
  const rows = await numberOf(`SELECT count(*)::INTEGER FROM ${id}`);
  if (counts === 'exact' || found.rowsOut !== null) expect([id, found.rowsOut]).toEqual([id, rows]);
  const sample = (found.sample ?? []).map(({ i, k, v }) => [i, k, v] as Cells);
  expect([id, sample.length]).toEqual([id, Math.min(50, rows)]);
  if (ordered) {
    const first = await truth.runAndReadAll(`SELECT i::INTEGER, k::INTEGER, v::INTEGER FROM ${id} LIMIT 50`);
    expect([id, sample]).toEqual([id, first.getRows()]);
  } else expect([id, await strangers(id, sample)]).toEqual([id, []]);
}

/** Rows of a sample that the true result does not have, or not as often. */
async function strangers(id: string, sample: Cells[]): Promise<unknown[]> {
  if (sample.length === 0) return [];
  const values = sample
    .map((cells) => `(${cells.map((cell) => `${cell ?? 'NULL'}::BIGINT`).join(', ')})`)
    .join(', ');
  const left = await truth.runAndReadAll(
    `SELECT * FROM (VALUES ${values}) EXCEPT ALL SELECT i, k, v FROM ${id}`,
  );
  return left.getRowsJson();
}

async function numberOf(sql: string): Promise<number> {
  return Number((await truth.runAndReadAll(sql)).getRows()[0]?.[0]);
}

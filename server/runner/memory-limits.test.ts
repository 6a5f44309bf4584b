import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunReport } from '#lib/contracts/run-record.ts';
import { measuredRun } from './testing/measured-run.ts';
import { sql, type Sketch } from './testing/workbench.ts';

/** In memory some 70 bytes each: more than four times the limit. */
const ROWS = 6_000_000;
const LIMIT = '100MB';
/** What a process may have at most: Node with DuckDB and its libraries has 180 MB before it reads a row. */
const MOST_MB = 800;
/** Numbers that are held double their room when it is full; without a stop the queries below take 2 to 4 GB. */
const MOST_HELD_MB = 1300;
/** Machines with other work on them are slow to spill. */
const TIMEOUT_MS = 240_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sluice-limits-'));
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(
    `COPY (SELECT range AS id, CAST(hash(range) % 3000000 AS BIGINT) AS k, CAST(hash(range, 1) % 1000000 AS DOUBLE) / 100 AS v,
      'text number ' || hash(range, 2) AS t FROM range(${ROWS})) TO '${path.join(folder, 'rows.parquet')}' (FORMAT parquet)`,
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const over = (node: Record<string, unknown>, edges: Sketch['edges'] = ['rows -> b']): Sketch => ({
  settings: { memoryLimit: LIMIT },
  nodes: { rows: { type: 'file-source', config: { path: 'rows.parquet' } }, b: node },
  edges,
});
const measured = (name: string, sketch: Sketch) => measuredRun(sketch, { folder, name });
const nodeOf = (report: RunReport) => report.nodes.find(({ id }) => id === 'b');

/** Independently of any engine: each `k` is met with the chance of 6,000,000 draws from 3,000,000. */
const GROUPS = Math.round(3e6 * (1 - Math.exp(-2)));

describe('four times the memory limit', () => {
  const window = { name: 'r', expression: 'row_number()', partitionBy: ['k'], orderBy: [{ column: 'v' }] };
  it.each([
    ['sort', { type: 'order', config: { by: [{ column: 'v' }, { column: 'id' }] } }],
    ['window', { type: 'window', config: { columns: [window] } }],
    ['distinct', { type: 'deduplicate', config: {} }],
  ])(
    'goes through %s',
    async (name, node) => {
      const { report, peakMb } = await measured(name, over(node));
      expect(report.error).toBeNull();
      expect(nodeOf(report)).toMatchObject({ status: 'succeeded', rowsOut: ROWS });
      if (os.platform() === 'linux') expect(peakMb).toBeLessThan(MOST_MB);
    },
    TIMEOUT_MS,
  );

  it(
    'goes through group by',
    async () => {
      const aggregations = [
        { function: 'sum', column: 'v', as: 'sum' },
        { function: 'max', column: 't', as: 'last' },
      ];
      const group = { type: 'aggregate', config: { groupBy: ['k'], aggregations } };
      const { report, peakMb } = await measured('group', over(group));
      expect(report.error).toBeNull();
      expect(Math.abs((nodeOf(report)?.rowsOut ?? 0) - GROUPS)).toBeLessThan(5000);
      if (os.platform() === 'linux') expect(peakMb).toBeLessThan(MOST_MB);
    },
    TIMEOUT_MS,
  );

  it(
    'goes through a join',
    async () => {
      const edges = ['left', 'right'].map((targetPort) => ({ source: 'rows', target: 'b', targetPort }));
      const join = { type: 'join', config: { how: 'inner', on: [{ left: 'id', right: 'id' }] } };
      const { report, peakMb } = await measured('join', over(join, edges));
      expect(report.error).toBeNull();
      expect(nodeOf(report)).toMatchObject({ status: 'succeeded', rowsOut: ROWS });
      if (os.platform() === 'linux') expect(peakMb).toBeLessThan(MOST_MB);
    },
    TIMEOUT_MS,
  );
});

describe('what cannot be moved to disk fails early, by its name', () => {
  it.each([
    ['list', 'SELECT list(t) AS l FROM input'],
    ['array_agg', 'SELECT k % 10 AS k, array_agg(t) AS l FROM input GROUP BY ALL'],
    ['string_agg', "SELECT string_agg(t, ',') AS l FROM input"],
    ['json_group_array', 'SELECT json_group_array(t) AS l FROM input'],
    ['mode', 'SELECT k % 10 AS k, mode(t) AS l FROM input GROUP BY ALL'],
    ['mode', 'SELECT k, mode(v) AS l FROM input GROUP BY k'],
    ['histogram', 'SELECT histogram(t) AS l FROM input'],
    ['entropy', 'SELECT entropy(t) AS l FROM input'],
    ['median', 'SELECT median(v + range) AS l FROM input, range(40)'],
    ['quantile_cont', 'SELECT quantile_cont(v + range, 0.9) AS l FROM input, range(40)'],
    [
      'list',
      'SELECT list(t) OVER (ORDER BY id ROWS 100000 PRECEDING) AS l FROM (SELECT * FROM input WHERE id < 1000000)',
    ],
  ])(
    '%s: %s',
    async (name, query) => {
      const { report, peakMb } = await measured(name, over(sql(query)));
      expect(report.status).toBe('failed');
      expect(nodeOf(report)?.error).toMatchObject({ code: 'out-of-memory', nodeId: 'b' });
      expect(nodeOf(report)?.error?.message).toContain(`${name}() holds all its values in memory`);
      expect(nodeOf(report)?.error?.hint).toContain('raise the memory limit');
      if (os.platform() === 'linux') expect(peakMb).toBeLessThan(MOST_HELD_MB);
    },
    TIMEOUT_MS,
  );
});

describe('a node with a memory limit', () => {
  it('has that limit, whatever the run has; other nodes do not', async () => {
    const list = sql('SELECT list(t) AS l FROM input');
    const { report } = await measured('own', {
      settings: { memoryLimit: '4GB' },
      nodes: {
        rows: { type: 'file-source', config: { path: 'rows.parquet' } },
        few: sql('SELECT * FROM input WHERE id < 2000000'),
        b: { ...list, memoryLimit: LIMIT },
        c: list,
      },
      edges: ['rows -> few', 'few -> b', 'few -> c'],
    });
    const status = Object.fromEntries(report.nodes.map((node) => [node.id, node.status]));
    expect(status).toEqual({ rows: 'succeeded', few: 'succeeded', b: 'failed', c: 'succeeded' });
    expect(nodeOf(report)?.error).toMatchObject({ code: 'out-of-memory', nodeId: 'b' });
  }, 60_000);
});

import { readdir } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '#lib/errors/app-error.ts';
import type { Engine, EngineOptions } from '#server/engines/duckdb/engine.ts';
import { stagingRoot } from './staging/staging-area.ts';
import { filter, numbers, sql, Workbench, type Sketch } from './testing/workbench.ts';

const ROWS = 3_000_000;

let bench: Workbench;
/** What the runs' databases were opened with. */
let opened: EngineOptions[] = [];
/** Statements that fail from now on, as connections do that break. */
let breaks = 0;

beforeAll(async () => {
  bench = await Workbench.open();
  const { open } = bench.services;
  bench.services.open = (options) => {
    opened.push(options);
    return breaking(open(options));
  };
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(
    `COPY (SELECT range AS id, hash(range) AS h, 'text number ' || hash(range, 2) AS t FROM range(${ROWS})) TO '${bench.path('rows.parquet')}' (FORMAT parquet)`,
  );
});
afterAll(() => bench.close());

/** The engine itself, over a line that breaks as often as `breaks` says. */
function breaking(engine: Engine): Engine {
  const runSegment = engine.runSegment.bind(engine);
  engine.runSegment = (request) => {
    breaks -= 1;
    if (breaks < 0) return runSegment(request);
    return Promise.reject(new AppError('connection-lost', 'The line broke.', { kind: 'transient' }));
  };
  return engine;
}

const run = (sketch: Sketch, options: Parameters<Workbench['run']>[1] = {}) => {
  opened = [];
  breaks = 0;
  return bench.run(sketch, options);
};

const sorting = (settings: Record<string, unknown>): Sketch => ({
  settings: { memoryLimit: '100MB', ...settings },
  nodes: {
    rows: { type: 'file-source', config: { path: 'rows.parquet' } },
    sorted: { type: 'order', config: { by: [{ column: 'h' }] } },
  },
  edges: ['rows -> sorted'],
});
const small: Sketch = { nodes: { a: numbers(5), b: filter('n > 2') }, edges: ['a -> b'] };

describe('mode', () => {
  it('memory moves nothing to disk, and says what does', async () => {
    const { report, node } = await run(sorting({ mode: 'memory' }));
    expect(report).toMatchObject({ mode: 'memory', engine: 'memory', status: 'failed' });
    expect(node('sorted').error).toMatchObject({ code: 'out-of-memory' });
    expect(node('sorted').error?.hint).toContain('Set the mode of the pipeline to duckdb');
  }, 60_000);

  it('duckdb ends the same work by way of the disk', async () => {
    const { report, node } = await run(sorting({ mode: 'duckdb' }));
    expect(report).toMatchObject({ mode: 'duckdb', engine: 'duckdb', status: 'succeeded' });
    expect(node('sorted').rowsOut).toBe(ROWS);
  }, 60_000);

  it('auto says what it chose and why', async () => {
    const { report } = await run(small);
    expect(report).toMatchObject({ mode: 'duckdb', modeReason: expect.stringContaining('SQL') as string });
  });

  it('distributed is refused before anything is left behind', async () => {
    const before = await readdir(stagingRoot(bench.dataDirectory));
    await expect(run(small, { mode: 'distributed' })).rejects.toMatchObject({
      code: 'no-spark-connect',
      message: expect.stringContaining('no Spark Connect server configured') as string,
    });
    expect(await readdir(stagingRoot(bench.dataDirectory))).toEqual(before);
  });
});

describe('a run', () => {
  it.each([
    [{}, 500_000_000, 2],
    [{ memoryLimit: '200MB', threads: 1 }, 200_000_000, 1],
    [{ memoryLimit: '900GB', threads: 64 }, 500_000_000, 2],
  ])('has, with %j, %i bytes and %i threads', async (settings, memoryLimitBytes, threads) => {
    await run({ ...small, settings });
    expect(opened).toMatchObject([{ memoryLimitBytes, threads }]);
  });

  it('opens a database of its own for a node with a memory limit, within the limit of the run', async () => {
    const nodes = {
      a: numbers(5),
      b: { ...filter('n > 2'), memoryLimit: '150MB' },
      c: sql('SELECT * FROM input'),
    };
    const { node } = await run({ settings: { memoryLimit: '400MB' }, nodes, edges: ['a -> b', 'b -> c'] });
    expect(node('c').rowsOut).toBe(3);
    expect(opened.map(({ memoryLimitBytes }) => memoryLimitBytes)).toEqual([400e6, 150e6]);
    await run({ settings: { memoryLimit: '120MB' }, nodes, edges: ['a -> b', 'b -> c'] });
    expect(opened.map(({ memoryLimitBytes }) => memoryLimitBytes)).toEqual([120e6, 120e6]);
  });
});

describe('retries', () => {
  const again = (retries?: number): Sketch => ({
    nodes: { a: { ...numbers(5), ...(retries === undefined ? {} : { retries }) } },
  });
  const breakingTwice = {
    watch: ({ type }: { type: string }) => {
      if (type === 'run.started') breaks = 2;
    },
  };

  it('take up again what a passing trouble ended, and say so', async () => {
    const { report, events } = await run(again(2), breakingTwice);
    expect(report.status).toBe('succeeded');
    const logs = events.flatMap(({ event }) => (event.type === 'log' ? [event.message] : []));
    expect(logs.filter((text) => /^The line broke\. Trying again in \d+ ms\.$/.test(text))).toHaveLength(2);
  });

  it.each([[undefined], [1]])('are no more than the node has: %s', async (retries) => {
    const { report, node } = await run(again(retries), breakingTwice);
    expect(report.status).toBe('failed');
    expect(node('a').error?.code).toBe('connection-lost');
  });
});

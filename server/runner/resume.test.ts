import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectStaging } from './staging/collect.ts';
import { readManifest } from './staging/manifest.ts';
import { stagingFolder, stagingRoot } from './staging/staging-area.ts';
import { column, filter, numbers, sql, Workbench, type Sketch } from './testing/workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await Workbench.open();
});
afterAll(() => bench.close());

const mutate = (expression: string): Record<string, unknown> => ({
  type: 'mutate',
  config: { columns: [{ name: 'x', expression }] },
});

/** Two readers of `a`, one of which fails until its expression is mended. */
const pipeline = (expression: string, settings: Record<string, unknown> = { staging: 'all' }): Sketch => ({
  settings,
  nodes: {
    a: numbers(20),
    good: filter('n > 5'),
    bad: mutate(expression),
    after: filter('n > 10'),
    out: { type: 'file-destination', config: { path: 'out/good.csv' } },
  },
  edges: ['a -> good', 'a -> bad', 'bad -> after', 'good -> out'],
});
const BROKEN = "CAST('z' || n AS INTEGER)";

const reused = (nodes: { id: string; reused: boolean }[]) =>
  nodes
    .filter((node) => node.reused)
    .map(({ id }) => id)
    .sort();

describe('resuming', () => {
  it.each(['all', 'auto'])('reuses what was good and runs the rest; staging %s', async (staging) => {
    const first = await bench.run(pipeline(BROKEN, { staging }));
    expect(first.statuses).toBe('a succeeded, after skipped, bad failed, good succeeded, out succeeded');
    const second = await bench.run(pipeline('n * 2', { staging }), { resumeFrom: first.report.runId });
    expect(second.report.status).toBe('succeeded');
    expect(reused(second.report.nodes)).toEqual(['a', 'good', 'out']);
    expect(second.node('a')).toMatchObject({ rowsOut: 20 });
    expect(second.node('good')).toMatchObject({ rowsOut: 15 });
    expect(second.node('good').sample).toHaveLength(15);
    expect(second.node('out').rowsOut).toBe(15);
    expect(second.node('after').rowsOut).toBe(10);
    expect(column(second.node('after').sample, 'x')).toEqual([22, 24, 26, 28, 30, 32, 34, 36, 38, 40]);
  });

  it('runs again what has changed, and everything below it', async () => {
    await bench.file('in.csv', 'n\n1\n2\n');
    const sketch = (condition: string): Sketch => ({
      settings: { staging: 'all' },
      nodes: {
        a: { type: 'file-source', config: { path: 'in.csv' } },
        b: filter(condition),
        c: filter('n > 0'),
        d: filter('true'),
      },
      edges: ['a -> b', 'b -> c', 'a -> d'],
    });
    const first = await bench.run(sketch('n > 1'));
    const changedConfig = await bench.run(sketch('n > 0'), { resumeFrom: first.report.runId });
    expect(reused(changedConfig.report.nodes)).toEqual(['a', 'd']);
    expect(changedConfig.node('c').rowsOut).toBe(2);
    await writeFile(bench.path('in.csv'), 'n\n1\n2\n3\n');
    await utimes(bench.path('in.csv'), new Date(), new Date(Date.now() + 5000));
    const changedFile = await bench.run(sketch('n > 0'), { resumeFrom: changedConfig.report.runId });
    expect(reused(changedFile.report.nodes)).toEqual([]);
    expect(changedFile.node('c').rowsOut).toBe(3);
  });

  it('runs again what may differ from run to run, and what a parameter changed', async () => {
    const sketch: Sketch = {
      settings: { staging: 'all' },
      parameters: { least: { type: 'integer', default: 1 } },
      nodes: {
        a: numbers(5),
        luck: mutate('random()'),
        below: filter('n > 0'),
        asked: filter('n >= ${least}'),
      },
      edges: ['a -> luck', 'luck -> below', 'a -> asked'],
    };
    const first = await bench.run(sketch);
    const same = await bench.run(sketch, { resumeFrom: first.report.runId });
    expect(reused(same.report.nodes)).toEqual(['a', 'asked']);
    const other = await bench.run(sketch, { resumeFrom: first.report.runId, parameters: { least: 3 } });
    expect(reused(other.report.nodes)).toEqual(['a']);
    expect(other.node('asked').rowsOut).toBe(3);
  });

  it('writes a destination again when its file was changed or removed meanwhile', async () => {
    const first = await bench.run(pipeline('n'));
    await writeFile(bench.path('out/good.csv'), 'tampered');
    const second = await bench.run(pipeline('n'), { resumeFrom: first.report.runId });
    expect(reused(second.report.nodes)).toEqual(['a', 'after', 'bad', 'good']);
    expect(await readFile(bench.path('out/good.csv'), 'utf8')).toMatch(/^n\n6\n/);
  });

  it('takes no result that is not whole', async () => {
    const first = await bench.run(pipeline(BROKEN));
    await writeFile(path.join(stagingFolder(bench.dataDirectory, first.report.runId), 'a.parquet'), 'PAR1');
    const second = await bench.run(pipeline('n'), { resumeFrom: first.report.runId });
    expect(second.report.status).toBe('succeeded');
    expect(reused(second.report.nodes)).toEqual(['good', 'out']);
    expect(second.node('after').rowsOut).toBe(10);
  });

  it('of a run that is not kept is refused', async () => {
    await expect(bench.run(pipeline('n'), { resumeFrom: crypto.randomUUID() })).rejects.toMatchObject({
      code: 'run-not-found',
    });
    await expect(bench.run(pipeline('n'), { resumeFrom: '../../etc' })).rejects.toMatchObject({
      code: 'run-not-found',
    });
  });

  it('a result outlives the run that it came from', async () => {
    const first = await bench.run(pipeline(BROKEN));
    const second = await bench.run(pipeline(BROKEN), { resumeFrom: first.report.runId });
    await collectStaging(bench.dataDirectory, { limitBytes: 0, keep: new Set([second.report.runId]) });
    const third = await bench.run(pipeline('n'), { resumeFrom: second.report.runId });
    expect(reused(third.report.nodes)).toEqual(['a', 'good', 'out']);
    expect(third.node('good').rowsOut).toBe(15);
  });
});

describe('staging', () => {
  it('holds whole files that the manifest names, and nothing else', async () => {
    const { report } = await bench.run(pipeline('n'));
    const folder = stagingFolder(bench.dataDirectory, report.runId);
    const manifest = await readManifest(folder);
    expect(manifest?.status).toBe('succeeded');
    expect((await readdir(folder)).sort()).toEqual([
      'a.parquet',
      'after.parquet',
      'bad.parquet',
      'catalogue.duckdb',
      'good.parquet',
      'manifest.json',
    ]);
    expect(await readdir(path.join(bench.dataDirectory, 'tmp'))).toEqual([]);
  });

  it('can be opened and queried with DuckDB itself', async () => {
    const { report } = await bench.run({
      nodes: { a: numbers(7), big: sql('SELECT sum(n) AS total FROM input') },
      edges: ['a -> big'],
      settings: { staging: 'all' },
    });
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const instance = await DuckDBInstance.create(
      path.join(stagingFolder(bench.dataDirectory, report.runId), 'catalogue.duckdb'),
      { access_mode: 'READ_ONLY' },
    );
    const connection = await instance.connect();
    const rows = await connection.runAndReadAll('SELECT (SELECT count(*) FROM a), (SELECT total FROM big)');
    expect(rows.getRowsJson()).toEqual([['7', '28']]);
    connection.closeSync();
    instance.closeSync();
  });

  it('collects the oldest runs first, and none that runs', async () => {
    const own = await Workbench.open();
    const ids: string[] = [];
    for (let index = 0; index < 3; index += 1)
      ids.push((await own.run({ nodes: { a: numbers(1000) } })).report.runId);
    const gone = await collectStaging(own.dataDirectory, { limitBytes: 0, keep: new Set([ids[1] ?? '']) });
    expect(gone).toEqual([ids[0], ids[2]]);
    expect(await readdir(stagingRoot(own.dataDirectory))).toEqual([ids[1]]);
    await own.close();
  });
});

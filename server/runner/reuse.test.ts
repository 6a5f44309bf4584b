import { appendFileSync } from 'node:fs';
import { appendFile, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { nodeId } from '#lib/graph/ids.ts';
import { collectStaging } from './staging/collect.ts';
import { storeFolder } from './staging/result-store.ts';
import { readManifest } from './staging/manifest.ts';
import { stagingFolder } from './staging/staging-area.ts';
import { column, filter, numbers, sql, Workbench, type Finished, type Sketch } from './testing/workbench.ts';

const open: Workbench[] = [];
let bench: Workbench;
beforeEach(async () => {
  bench = await Workbench.open();
  open.push(bench);
});
afterAll(() => Promise.all(open.map((one) => one.close())));

const REUSE = { scope: 'mine', pipeline: 'p', fresh: false };
const run = (sketch: Sketch, options: Parameters<Workbench['run']>[1] = {}): Promise<Finished> =>
  bench.run(sketch, { reuse: REUSE, ...options });

const ran = ({ report }: Finished) =>
  Object.fromEntries(report.nodes.filter((node) => !node.reused).map((node) => [node.id, node.reuseReason]));
const counts = ({ report }: Finished) =>
  report.nodes.map(({ id, rowsIn, rowsOut, sample }) => ({ id, rowsIn, rowsOut, sample }));

const chain = (condition = 'n > 1', settings: Record<string, unknown> = {}): Sketch => ({
  settings,
  nodes: {
    a: { type: 'file-source', name: 'Orders', config: { path: 'in.csv' } },
    b: { ...filter(condition), name: 'Recent' },
    c: sql('SELECT sum(n) AS total FROM input'),
    out: { type: 'file-destination', config: { path: 'out/c.csv' } },
  },
  edges: ['a -> b', 'b -> c', 'c -> out'],
});

describe('a second run', () => {
  it.each(['auto', 'all'])('runs nothing and says the same; staging %s', async (staging) => {
    await bench.file('in.csv', 'n\n1\n2\n3\n');
    const first = await run(chain('n > 1', { staging }));
    expect(ran(first)).toEqual({
      a: 'It runs for the first time.',
      b: 'It runs for the first time.',
      c: 'It runs for the first time.',
      out: 'It runs for the first time.',
    });
    const second = await run(chain('n > 1', { staging }));
    expect(second.report).toMatchObject({ status: 'succeeded', segments: [] });
    expect(ran(second)).toEqual({});
    expect(counts(second)).toEqual(counts(first));
    expect(second.node('c').rowsIn).toBe(2);
    expect(second.node('out')).toMatchObject({ rowsIn: 1, rowsOut: 1 });
    expect(second.node('out').reuseReason).toMatch(
      /^Same config, inputs and sources as in the run of \d\d:\d\d UTC\.$/,
    );
    expect(await readFile(bench.path('out/c.csv'), 'utf8')).toBe('total\n5\n');
  });

  it('runs what a changed file reaches, and says so', async () => {
    await bench.file('in.csv', 'n\n1\n2\n3\n');
    await run(chain());
    await appendFile(bench.path('in.csv'), '4\n');
    const second = await run(chain());
    expect(ran(second)).toEqual({
      a: 'in.csv changed.',
      b: 'in.csv changed.',
      c: 'in.csv changed.',
      out: 'in.csv changed.',
    });
    expect(await readFile(bench.path('out/c.csv'), 'utf8')).toBe('total\n9\n');
  });

  it('does not run because a small file was only touched', async () => {
    await bench.file('in.csv', 'n\n1\n2\n');
    await run(chain());
    await utimes(bench.path('in.csv'), new Date(), new Date(Date.now() + 60_000));
    expect(ran(await run(chain()))).toEqual({});
  });

  it('runs from a changed setting on, over what was kept above it', async () => {
    await bench.file('in.csv', 'n\n1\n2\n3\n');
    await run(chain('n > 1', { staging: 'all' }));
    const second = await run(chain('n > 2', { staging: 'all' }));
    expect(ran(second)).toEqual({
      b: 'Its condition changed.',
      c: '"Recent" is new: its condition changed.',
      out: '"Recent" is new: its condition changed.',
    });
    expect(second.node('b')).toMatchObject({ rowsIn: 3, rowsOut: 1 });
    expect(column(second.node('c').sample, 'total')).toEqual([3]);
  });

  it('runs what a parameter, an edge or another engine would change', async () => {
    const sketch = (least: number, target: string): Sketch => ({
      settings: { staging: 'all' },
      parameters: { least: { type: 'integer', default: least } },
      nodes: { a: numbers(5), z: numbers(9), b: filter('n >= ${least}') },
      edges: [`${target} -> b`],
    });
    await run(sketch(2, 'a'));
    expect(ran(await run(sketch(3, 'a')))).toEqual({ b: 'The parameter least changed.' });
    expect(ran(await run(sketch(3, 'z')))).toEqual({ b: 'What it reads changed.' });
    const other = await run(sketch(3, 'z'), { engineVersion: 'duckdb 9.9.9' });
    expect(ran(other).b).toMatch(/^The engine changed from duckdb [\d.]+ to duckdb 9\.9\.9\.$/);
    expect(ran(await run(sketch(3, 'z')))).toEqual({});
  });

  it('never takes again what may differ, nor what reads it', async () => {
    const sketch: Sketch = {
      settings: { staging: 'all' },
      nodes: {
        a: numbers(5),
        luck: { ...filter('random() < 2'), name: 'Luck' },
        below: filter('n > 0'),
        each: { ...filter('n > 0'), cache: 'always-run' },
      },
      edges: ['a -> luck', 'luck -> below', 'a -> each'],
    };
    await run(sketch);
    expect(ran(await run(sketch))).toEqual({
      luck: 'It uses random(), which may give other rows each time.',
      below: '"Luck" is new: it uses random(), which may give other rows each time.',
      each: 'It is set to run every time.',
    });
  });

  it('leaves no rows of a node that is never kept, and reuses what stands below it', async () => {
    const sketch: Sketch = {
      settings: { staging: 'all' },
      nodes: {
        a: numbers(5),
        b: { ...filter('n > 2'), cache: 'never-keep' },
        c: filter('n > 3'),
        d: filter('n > 4'),
      },
      edges: ['a -> b', 'b -> c', 'b -> d'],
    };
    const first = await run(sketch);
    expect(first.node('b').sample).toHaveLength(3);
    const folder = stagingFolder(bench.dataDirectory, first.report.runId);
    expect((await readdir(folder)).filter((name) => name.endsWith('.parquet')).sort()).toEqual([
      'a.parquet',
      'c.parquet',
      'd.parquet',
    ]);
    expect((await readManifest(folder))?.nodes.b?.result.kind).toBe('passed');
    const withoutD = { ...sketch, nodes: { ...sketch.nodes, d: filter('n > 3.5') } };
    expect(ran(await run(withoutD))).toEqual({ b: 'Its rows are never kept.', d: 'Its condition changed.' });
  });

  it('says what failed the last time', async () => {
    const sketch: Sketch = {
      settings: { staging: 'all' },
      nodes: { a: numbers(3), bad: sql("SELECT error('no') AS x FROM input"), c: filter('true') },
      edges: ['a -> bad', 'bad -> c'],
    };
    await run(sketch);
    expect(ran(await run(sketch))).toEqual({
      bad: 'It failed the last time.',
      c: 'It waits for "bad", which failed.',
    });
  });
});

describe('what is kept', () => {
  it('serves other pipelines of the same scope, and no other scope', async () => {
    const sketch: Sketch = { settings: { staging: 'all' }, nodes: { a: numbers(50) } };
    await run(sketch);
    expect(ran(await run(sketch, { reuse: { ...REUSE, pipeline: 'another' } }))).toEqual({});
    const stranger = await run(sketch, { reuse: { ...REUSE, scope: 'theirs' } });
    expect(ran(stranger)).toEqual({ a: 'It runs for the first time.' });
  });

  it('is taken only where it is whole', async () => {
    const sketch: Sketch = {
      settings: { staging: 'all' },
      nodes: { a: numbers(50), b: filter('n > 40') },
      edges: ['a -> b'],
    };
    await run(sketch);
    for (const name of await readdir(storeFolder(bench.dataDirectory))) {
      if (name.endsWith('.parquet')) await truncate(path.join(storeFolder(bench.dataDirectory), name), 40);
    }
    expect(Object.keys(ran(await run(sketch)))).toEqual(['a', 'b']);
    expect(ran(await run(sketch))).toEqual({});
    for (const name of await readdir(storeFolder(bench.dataDirectory))) {
      if (name.endsWith('.json')) await truncate(path.join(storeFolder(bench.dataDirectory), name), 40);
    }
    const again = await run(sketch);
    expect(Object.keys(ran(again))).toEqual(['a', 'b']);
    expect(again.node('b').rowsOut).toBe(10);
  });

  it('is a destination only while it lies where it would be written, as it was written', async () => {
    await bench.file('in.csv', 'n\n1\n2\n');
    await run(chain());
    await writeFile(bench.path('out/c.csv'), 'tampered');
    expect(ran(await run(chain())).out).toBe('What it wrote is no longer there as it was written.');
    await rm(bench.path('out/c.csv'));
    expect(Object.keys(ran(await run(chain())))).toContain('out');
    expect(await readFile(bench.path('out/c.csv'), 'utf8')).toBe('total\n2\n');
  });

  it('notices a change deep inside a partitioned destination', async () => {
    const sketch: Sketch = {
      nodes: {
        a: numbers(4),
        b: sql('SELECT n, n % 2 AS odd FROM input'),
        out: { type: 'file-destination', config: { path: 'out/parts', format: 'csv', partitionBy: ['odd'] } },
      },
      edges: ['a -> b', 'b -> out'],
    };
    await run(sketch);
    expect(ran(await run(sketch))).toEqual({});
    const inside = (await readdir(bench.path('out/parts'), { recursive: true })).find((name) =>
      name.endsWith('.csv'),
    );
    await appendFile(bench.path('out/parts', inside ?? ''), '99\n');
    expect(Object.keys(ran(await run(sketch)))).toContain('out');
    expect(ran(await run(sketch))).toEqual({});
  });

  it('is not kept where a file changed while it was read', async () => {
    await bench.file('in.csv', 'n\n1\n2\n');
    await run(chain(), {
      watch: (event) => {
        // The run has bound the old file by then; whether it still reads it nobody can tell.
        if (event.type === 'run.finished') appendFileSync(bench.path('in.csv'), '7\n');
      },
    });
    await bench.file('in.csv', 'n\n1\n2\n');
    expect(Object.keys(ran(await run(chain())))).toEqual(['a', 'b', 'c', 'out']);
  });

  it('fits its budget: what was used longest ago goes, what a run holds stays', async () => {
    const sketch = (rows: number): Sketch => ({ settings: { staging: 'all' }, nodes: { a: numbers(rows) } });
    const first = await run(sketch(3000));
    const second = await run(sketch(4000));
    const third = await run(sketch(3000));
    expect(ran(third)).toEqual({});
    const gone = await collectStaging(bench.dataDirectory, {
      limitBytes: 0,
      keep: new Set([third.report.runId]),
    });
    expect(gone.sort()).toEqual([first.report.runId, second.report.runId].sort());
    expect(await readdir(storeFolder(bench.dataDirectory))).toEqual([]);
    const manifest = await readManifest(stagingFolder(bench.dataDirectory, third.report.runId));
    expect(manifest?.nodes.a?.rows).toBe(3000);
    expect(await readdir(stagingFolder(bench.dataDirectory, third.report.runId))).toContain('a.parquet');
    // Nothing is left under its key, but its run can still be resumed from.
    expect(ran(await run(sketch(3000), { resumeFrom: third.report.runId }))).toEqual({});
  });
});

describe('part of a pipeline', () => {
  const sketch = chain('n > 1', { staging: 'all' });

  it('from a node runs it and what is below; above it uses what is kept, else runs it and says so', async () => {
    await bench.file('in.csv', 'n\n1\n2\n3\n');
    const from = { slice: { from: nodeId('b') } };
    const first = await run(sketch, from);
    expect(first.statuses).toBe('a succeeded, b succeeded, c succeeded, out succeeded');
    expect(ran(first).a).toBe('It runs for the first time.');
    const second = await run(sketch, from);
    expect(ran(second)).toEqual({
      b: 'The run was asked to begin at "Recent".',
      c: 'The run was asked to begin at "Recent".',
      out: 'The run was asked to begin at "Recent".',
    });
    await appendFile(bench.path('in.csv'), '5\n');
    expect(ran(await run(sketch, from)).a).toBe('in.csv changed.');
    expect(await readFile(bench.path('out/c.csv'), 'utf8')).toBe('total\n10\n');
  });

  it('to a node runs that and what it needs, and writes nothing', async () => {
    await bench.file('in.csv', 'n\n1\n2\n3\n');
    const first = await run(sketch, { slice: { to: nodeId('b') } });
    expect(first.statuses).toBe('a succeeded, b succeeded');
    expect(await readdir(bench.folder)).not.toContain('out');
    const whole = await run(sketch);
    expect(Object.keys(ran(whole))).toEqual(['c', 'out']);
  });

  it('only one node runs it alone over what is kept', async () => {
    await bench.file('in.csv', 'n\n1\n2\n3\n');
    await run(sketch);
    const only = await run(sketch, { slice: { from: nodeId('b'), to: nodeId('b') } });
    expect(only.statuses).toBe('a succeeded, b succeeded');
    expect(ran(only)).toEqual({ b: 'The run was asked to begin at "Recent".' });
    expect(only.node('b')).toMatchObject({ rowsIn: 3, rowsOut: 2 });
  });

  it('fresh runs everything, and leaves what the next run uses', async () => {
    await bench.file('in.csv', 'n\n1\n2\n3\n');
    await run(sketch);
    const fresh = await run(sketch, { reuse: { ...REUSE, fresh: true } });
    expect(Object.values(ran(fresh))).toEqual(Array(4).fill('The run was asked to use no earlier result.'));
    expect(ran(await run(sketch))).toEqual({});
  });
});

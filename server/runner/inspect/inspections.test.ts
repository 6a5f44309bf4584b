import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TaskProgress } from '#lib/contracts/profile.ts';
import { rootedReach } from '#server/files/file-root.ts';
import { workspaceRoot } from '#server/files/workspace-root.ts';
import { Previews } from '../service/previews.ts';
import type { RunnerSettings } from '../service/settings.ts';
import { collectStaging } from '../staging/collect.ts';
import { stagingRoot } from '../staging/staging-area.ts';
import { column, documentOf, filter, sql, Workbench, type Sketch } from '../testing/workbench.ts';
import { Inspections, type InspectionOptions } from './inspections.ts';
import type { NodeOfRun } from './node-of-run.ts';

const WORKSPACE = '5d1d1c35-1b2a-4a53-9d36-8f3f0ad4c001';

let bench: Workbench;
let inspections: Inspections;
/** The same with next to no room. */
let cramped: Inspections;
let previews: Previews;
/** What was told of counts, newest last. */
const counted: [string, number][] = [];
beforeAll(async () => {
  bench = await Workbench.open();
  const settings: RunnerSettings = {
    port: 0,
    token: '',
    runnerId: 'test',
    dataDirectory: bench.dataDirectory,
    runsAtOnce: 1,
    memoryBytes: 2_000_000_000,
    threads: 2,
    stagingBytes: 1e9,
    logDays: 1,
  };
  const around: Omit<InspectionOptions, 'settings'> = {
    services: bench.services,
    settled: () => Promise.resolve(),
    onMade: () => Promise.resolve(),
    onCounted: (_, rows) => {
      counted.push(...rows);
      return Promise.resolve();
    },
  };
  inspections = new Inspections({ ...around, settings });
  cramped = new Inspections({ ...around, settings: { ...settings, stagingBytes: 100_000 } });
  previews = new Previews(bench.services, settings);
});
afterAll(async () => {
  await inspections.close();
  await cramped.close();
  await previews.close();
  await bench.close();
});

const file = (name: string) => path.join(workspaceRoot(WORKSPACE, bench.dataDirectory), name);
async function write(name: string, content: string): Promise<void> {
  await mkdir(path.dirname(file(name)), { recursive: true });
  await writeFile(file(name), content);
}
const csv = (name: string): Record<string, unknown> => ({ type: 'file-source', config: { path: name } });
const lines = (from: number, to: number) =>
  `n\n${Array.from({ length: to - from + 1 }, (_, index) => from + index).join('\n')}\n`;

async function ran(
  sketch: Sketch,
  parameters: Record<string, unknown> = {},
  engineVersion = bench.services.version,
): Promise<(nodeId: string) => NodeOfRun> {
  const runId = randomUUID();
  const { report } = await bench.run(sketch, {
    runId,
    parameters,
    engineVersion,
    reach: rootedReach(workspaceRoot(WORKSPACE, bench.dataDirectory)),
    reuse: { scope: WORKSPACE, pipeline: runId, fresh: false },
  });
  expect(report.status).toBe('succeeded');
  return (nodeId) => ({ workspaceId: WORKSPACE, runId, nodeId, document: documentOf(sketch), parameters });
}

const quietly = (onProgress: (progress: TaskProgress) => void = () => undefined) => ({
  signal: new AbortController().signal,
  onProgress,
});
const page = (of: NodeOfRun, offset = 0, limit = 1000) =>
  previews.rows({ ...of, offset, limit }, new AbortController().signal);

/** `read` and `kept` melt into the statement of `sums`. */
const fused = (name: string): Sketch => ({
  nodes: { read: csv(name), kept: filter('n % 2 = 0'), sums: sql('SELECT sum(n) AS s FROM input') },
  edges: ['read -> kept', 'kept -> sums'],
});

describe('a node whose rows the run did not keep', () => {
  it('is paged through once it is staged', async () => {
    await write('page.csv', lines(1, 1000));
    const node = await ran(fused('page.csv'));
    expect((await page(node('kept'))).source).toBe('gone');
    const steps: string[] = [];
    const staged = await inspections.stage(
      node('kept'),
      quietly(({ step }) => steps.push(step)),
    );
    expect(staged.rows).toBe(500);
    expect(steps).toContain('computing');
    const rows = await page(node('kept'), 490, 100);
    expect(rows).toMatchObject({ source: 'staged', total: 500, offset: 490 });
    expect(column(rows.rows, 'n')).toEqual([982, 984, 986, 988, 990, 992, 994, 996, 998, 1000]);
    // The others are as they were.
    expect((await page(node('read'))).source).toBe('gone');
    expect(column((await page(node('sums'))).rows, 's')).toEqual([250_500]);
  });

  it('is profiled and sampled, with the parameters of that run', async () => {
    await write('profile.csv', lines(1, 300));
    const sketch: Sketch = {
      parameters: { least: { type: 'integer', default: 0 } },
      nodes: {
        read: csv('profile.csv'),
        kept: filter('n > ${least}'),
        out: sql('SELECT count(*) AS c FROM input'),
      },
      edges: ['read -> kept', 'kept -> out'],
    };
    const node = await ran(sketch, { least: 250 });
    const profile = await inspections.profile(node('kept'), quietly());
    expect(profile).toMatchObject({ rows: 50, columns: [{ name: 'n', min: 251, max: 300, mean: 275.5 }] });
    const sample = await inspections.sample({ ...node('kept'), rows: 10 }, quietly());
    expect(sample.total).toBe(50);
    expect(sample.rows).toHaveLength(10);
    for (const n of column(sample.rows, 'n')) expect(n).toBeGreaterThan(250);
  });

  it('has its profile kept by content: another run of the same finds it, without its rows', async () => {
    await write('again.csv', lines(1, 40));
    const first = await ran(fused('again.csv'));
    const profile = await inspections.profile(first('kept'), quietly());
    const second = await ran(fused('again.csv'));
    const steps: string[] = [];
    expect(
      await inspections.profile(
        second('kept'),
        quietly(({ step }) => steps.push(step)),
      ),
    ).toEqual(profile);
    expect(steps).toEqual([]);
    // What was made again serves later runs too.
    const third = await bench.run(fused('again.csv'), {
      reach: rootedReach(workspaceRoot(WORKSPACE, bench.dataDirectory)),
      reuse: { scope: WORKSPACE, pipeline: 'other', fresh: false },
      slice: { to: 'kept' as never },
    });
    expect(third.node('kept')).toMatchObject({ reused: true, rowsOut: 20 });
  });

  it('is refused in words when its source has changed since, and comes back when the source does', async () => {
    await write('changed.csv', lines(1, 10));
    const node = await ran(fused('changed.csv'));
    await write('changed.csv', lines(11, 31));
    for (const ask of [
      () => inspections.stage(node('kept'), quietly()),
      () => inspections.profile(node('kept'), quietly()),
      () => inspections.sample({ ...node('kept'), rows: 5 }, quietly()),
    ])
      await expect(ask()).rejects.toMatchObject({ code: 'source-changed', nodeId: 'read' });
    expect((await page(node('kept'))).source).toBe('gone');
    // What was kept is still shown.
    expect((await inspections.profile(node('sums'), quietly())).rows).toBe(1);
    // As it was again, it is as good as before.
    await write('changed.csv', lines(1, 10));
    expect((await inspections.stage(node('kept'), quietly())).rows).toBe(5);
  });

  it('is refused when another version of the engine would make it', async () => {
    await write('older.csv', lines(1, 10));
    const node = await ran(fused('older.csv'), {}, 'an older engine');
    await expect(inspections.stage(node('kept'), quietly())).rejects.toMatchObject({
      code: 'not-repeatable',
    });
    expect((await inspections.profile(node('sums'), quietly())).rows).toBe(1);
  });

  it('is refused when its source is gone', async () => {
    await write('lost.csv', lines(1, 10));
    const node = await ran(fused('lost.csv'));
    await rm(file('lost.csv'));
    await expect(inspections.stage(node('kept'), quietly())).rejects.toMatchObject({
      code: 'source-changed',
    });
  });

  it('is refused when the source changes while it is read', async () => {
    await write('while.csv', lines(1, 100));
    const node = await ran(fused('while.csv'));
    await expect(
      inspections.stage(
        node('kept'),
        quietly(({ share }) => {
          // As many rows as before, and none of them another that is kept: only the file tells.
          if (share === 0) writeFileSync(file('while.csv'), lines(1, 100).replace('\n51\n', '\n53\n'));
        }),
      ),
    ).rejects.toMatchObject({ code: 'source-changed' });
    expect((await page(node('kept'))).source).toBe('gone');
  });

  it('is never drawn a second time where chance is in it', async () => {
    await write('chance.csv', lines(1, 1000));
    const sketch: Sketch = {
      nodes: {
        read: csv('chance.csv'),
        dice: { ...sql('SELECT n, random() AS r FROM input'), cache: 'never-keep' },
        kept: filter('n > 10'),
        sums: sql('SELECT sum(r) AS s FROM input'),
      },
      edges: ['read -> dice', 'dice -> kept', 'kept -> sums'],
    };
    const node = await ran(sketch);
    await expect(inspections.profile(node('kept'), quietly())).rejects.toMatchObject({
      code: 'not-repeatable',
      nodeId: 'dice',
    });
    await expect(inspections.stage(node('dice'), quietly())).rejects.toMatchObject({ code: 'never-kept' });
  });

  it('below a draw of chance is made from the rows that were drawn', async () => {
    await write('drawn.csv', lines(1, 1000));
    const node = await ran({
      nodes: {
        read: csv('drawn.csv'),
        dice: sql('SELECT n, random() AS r FROM input'),
        kept: filter('n > 10'),
        sums: sql('SELECT sum(r) AS s FROM input'),
      },
      edges: ['read -> dice', 'dice -> kept', 'kept -> sums'],
    });
    const [{ s } = {}] = (await page(node('sums'))).rows;
    await inspections.stage(node('kept'), quietly());
    const drawn = column((await page(node('kept'))).rows, 'r').reduce<number>((sum, r) => sum + Number(r), 0);
    expect(drawn).toBeCloseTo(Number(s), 8);
  });

  it('is given up when nobody waits for it any more, and leaves nothing behind', async () => {
    await write('many.csv', lines(1, 3000));
    const node = await ran({
      settings: { counts: 'fast' },
      nodes: {
        read: csv('many.csv'),
        pairs: sql('SELECT a.n AS n FROM input a, input b'),
        some: filter('n > 2'),
        first: { type: 'limit', config: { count: 1 } },
      },
      edges: ['read -> pairs', 'pairs -> some', 'some -> first'],
    });
    const controller = new AbortController();
    const asked = inspections.stage(node('some'), {
      signal: controller.signal,
      onProgress: () => {
        setTimeout(() => {
          controller.abort();
        }, 50);
      },
    });
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
    expect((await page(node('some'))).source).toBe('gone');
    const left = await readdir(path.join(stagingRoot(bench.dataDirectory), node('some').runId));
    expect(left.filter((name) => name.includes('some'))).toEqual([]);
  });
});

it('rows without number are not kept', async () => {
  await write('pairs.csv', lines(1, 2000));
  const node = await ran({
    settings: { counts: 'fast' },
    nodes: {
      read: csv('pairs.csv'),
      pairs: sql('SELECT a.n * 7919 % 10007 AS n, b.n * 104729 % 10009 AS m FROM input a, input b'),
      some: filter('n > 2'),
      first: { type: 'limit', config: { count: 1 } },
    },
    edges: ['read -> pairs', 'pairs -> some', 'some -> first'],
  });
  await expect(cramped.profile(node('some'), quietly())).rejects.toMatchObject({ code: 'too-large-to-keep' });
  const left = await readdir(path.join(stagingRoot(bench.dataDirectory), node('some').runId));
  expect(left.filter((name) => name.includes('some'))).toEqual([]);
  // Counting keeps none.
  expect((await cramped.count(node('some'), quietly())).rows).toBeGreaterThan(3_900_000);
});

it('code is run again over the rows that it had', async () => {
  await write('code.csv', lines(1, 5));
  const node = await ran({
    nodes: {
      read: csv('code.csv'),
      doubled: { type: 'map', config: { code: 'return { m: row.n * 2 }' } },
      most: filter('m > 4'),
      sums: sql('SELECT sum(m) AS s FROM input'),
    },
    edges: ['read -> doubled', 'doubled -> most', 'most -> sums'],
  });
  await inspections.stage(node('most'), quietly());
  expect(column((await page(node('most'))).rows, 'm')).toEqual([6, 8, 10]);
});

describe('a destination', () => {
  it('has the rows of the node that it writes, and writes nothing', async () => {
    await write('out.csv', lines(1, 9));
    const node = await ran({
      nodes: {
        read: csv('out.csv'),
        kept: filter('n > 6'),
        written: { type: 'file-destination', config: { path: 'written.csv' } },
      },
      edges: ['read -> kept', 'kept -> written'],
    });
    await rm(file('written.csv'));
    expect(await inspections.profile(node('written'), quietly())).toMatchObject({
      rows: 3,
      columns: [{ min: 7 }],
    });
    await inspections.stage(node('written'), quietly());
    expect(column((await page(node('written'))).rows, 'n')).toEqual([7, 8, 9]);
    await expect(readdir(workspaceRoot(WORKSPACE, bench.dataDirectory))).resolves.not.toContain(
      'written.csv',
    );
  });
});

describe('with counts: fast', () => {
  const unknown = (name: string): Sketch => ({
    settings: { counts: 'fast' },
    nodes: {
      read: csv(name),
      kept: filter('n % 3 = 0'),
      more: filter('n > 9'),
      sums: sql('SELECT sum(n) AS s FROM input'),
    },
    edges: ['read -> kept', 'kept -> more', 'more -> sums'],
  });

  it('an unknown count is got on request, and known from then on', async () => {
    await write('fast.csv', lines(1, 100));
    const node = await ran(unknown('fast.csv'));
    counted.length = 0;
    expect(await inspections.count(node('more'), quietly())).toEqual({ rows: 30 });
    expect(counted).toContainEqual(['more', 30]);
    // Counting keeps no rows.
    expect((await page(node('more'))).source).toBe('gone');
    const steps: string[] = [];
    const again = await inspections.count(
      node('more'),
      quietly(({ step }) => steps.push(step)),
    );
    expect([again, steps]).toEqual([{ rows: 30 }, []]);
    // The nodes on the way are counted along.
    expect(counted).toContainEqual(['kept', 33]);
  });

  it('and refused when its source has changed', async () => {
    await write('fast2.csv', lines(1, 100));
    const node = await ran(unknown('fast2.csv'));
    await write('fast2.csv', lines(1, 101));
    await expect(inspections.count(node('kept'), quietly())).rejects.toMatchObject({
      code: 'source-changed',
    });
  });
});

describe('what is kept for it', () => {
  it('is collected like everything else', async () => {
    await write('collected.csv', lines(1, 77));
    const node = await ran(fused('collected.csv'));
    await inspections.profile(node('kept'), quietly());
    await collectStaging(bench.dataDirectory, { limitBytes: 0, keep: new Set() });
    const left = await readdir(path.join(stagingRoot(bench.dataDirectory), 'artefacts'));
    expect(left).toEqual([]);
    await expect(inspections.profile(node('kept'), quietly())).rejects.toMatchObject({ code: 'rows-gone' });
  });
});

it('a node that did not run has nothing to show', async () => {
  await write('none.csv', lines(1, 2));
  const node = await ran(fused('none.csv'));
  await expect(inspections.profile(node('nobody'), quietly())).rejects.toMatchObject({ code: 'no-rows' });
});

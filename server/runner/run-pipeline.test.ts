import { readFile, readdir } from 'node:fs/promises';
import { AppError } from '#lib/errors/app-error.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { column, filter, numbers, sql, Workbench, type Sketch } from './testing/workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await Workbench.open();
});
afterAll(() => bench.close());

/** Counts out of each node, and statements, for a shape of graph; the same with every node staged. */
const SHAPES: [string, Sketch, Record<string, number>, number][] = [
  [
    'a chain',
    { nodes: { a: numbers(10), b: filter('n > 3'), c: filter('n < 9') }, edges: ['a -> b', 'b -> c'] },
    { a: 10, b: 7, c: 5 },
    1,
  ],
  [
    'a diamond',
    {
      nodes: {
        a: numbers(10),
        even: filter('n % 2 = 0'),
        odd: filter('n % 2 = 1'),
        both: { type: 'union', config: {} },
      },
      edges: ['a -> even', 'a -> odd', 'even -> both', 'odd -> both'],
    },
    { a: 10, even: 5, odd: 5, both: 10 },
    1,
  ],
  [
    'a fan-out',
    {
      nodes: { a: numbers(6), b: filter('n > 1'), c: filter('n > 2'), d: filter('n > 3') },
      edges: ['a -> b', 'a -> c', 'a -> d'],
    },
    { a: 6, b: 5, c: 4, d: 3 },
    4,
  ],
  [
    'a star: several inputs of one port stacked',
    {
      nodes: { a: numbers(1), b: numbers(2), c: numbers(3), all: filter('true') },
      edges: ['a -> all', 'b -> all', 'c -> all'],
    },
    { a: 1, b: 2, c: 3, all: 6 },
    1,
  ],
  [
    'islands',
    {
      nodes: { a: numbers(2), b: filter('n = 1'), x: numbers(3), y: filter('n = 2') },
      edges: ['a -> b', 'x -> y'],
    },
    { a: 2, b: 1, x: 3, y: 1 },
    2,
  ],
  [
    'nothing left',
    { nodes: { a: numbers(3), b: filter('n > 99'), c: filter('n > 0') }, edges: ['a -> b', 'b -> c'] },
    { a: 3, b: 0, c: 0 },
    1,
  ],
  [
    'a join with an empty side',
    {
      nodes: {
        a: numbers(5),
        none: filter('n > 9'),
        b: numbers(4),
        j: { type: 'join', config: { how: 'left', on: [{ left: 'n', right: 'n' }] } },
      },
      edges: [
        'a -> none',
        { source: 'b', target: 'j', targetPort: 'left' },
        { source: 'none', target: 'j', targetPort: 'right' },
      ],
    },
    { a: 5, none: 0, b: 4, j: 4 },
    1,
  ],
  [
    'a limit that stops early',
    {
      nodes: {
        a: numbers(100),
        b: filter('n > 10'),
        top: { type: 'limit', config: { count: 3 } },
        c: filter('n > 0'),
      },
      edges: ['a -> b', 'b -> top', 'top -> c'],
    },
    { a: 100, b: 90, top: 3, c: 3 },
    2,
  ],
];

describe.each(SHAPES)('%s', (_, sketch, counts, statements) => {
  it.each(['auto', 'all'])('counts every node exactly, staging %s', async (staging) => {
    const { report, node } = await bench.run({ ...sketch, settings: { staging } });
    expect(report.status).toBe('succeeded');
    expect(Object.fromEntries(report.nodes.map(({ id, rowsOut }) => [id, rowsOut]))).toEqual(counts);
    expect(report.segments).toHaveLength(staging === 'all' ? Object.keys(counts).length : statements);
    for (const { id, sample, schema, rowsIn, inputs } of report.nodes) {
      expect(sample).toHaveLength(Math.min(50, counts[id] ?? 0));
      expect(schema?.length).toBeGreaterThan(0);
      expect(rowsIn).toBe(
        inputs.length === 0 ? null : inputs.reduce((sum, { source }) => sum + (counts[source] ?? NaN), 0),
      );
    }
    expect(node(Object.keys(counts)[0] ?? '').generation).toBe(0);
  });
});

describe('a long chain', () => {
  it('of 200 nodes runs in few statements, each node counted', async () => {
    const nodes: Sketch['nodes'] = { n0: numbers(300) };
    for (let index = 1; index < 200; index += 1) nodes[`n${index}`] = filter(`n <> ${index}`);
    const edges = Array.from({ length: 199 }, (_, index) => `n${index} -> n${index + 1}`);
    const { report } = await bench.run({ nodes, edges });
    expect(report.status).toBe('succeeded');
    expect(report.segments.length).toBeLessThanOrEqual(4);
    expect(report.nodes.map(({ rowsOut }) => rowsOut)).toEqual(
      Array.from({ length: 200 }, (_, index) => 300 - index),
    );
  });
});

describe('failure', () => {
  const broken: Sketch = {
    nodes: {
      a: numbers(3),
      bad: { type: 'mutate', config: { columns: [{ name: 'x', expression: "CAST('z' || n AS INTEGER)" }] } },
      below: filter('x > 1'),
      last: filter('true'),
      other: filter('n > 1'),
    },
    edges: ['a -> bad', 'bad -> below', 'below -> last', 'a -> other'],
  };

  it.each(['auto', 'all'])(
    'skips what lies below, naming it, and finishes the rest; staging %s',
    async (staging) => {
      const { report, node, statuses } = await bench.run({ ...broken, settings: { staging } });
      expect(report.status).toBe('failed');
      expect(statuses).toBe('a succeeded, bad failed, below skipped, last skipped, other succeeded');
      expect(node('below').skippedBecause).toBe('bad');
      expect(node('last').skippedBecause).toBe('bad');
      expect(node('bad').error).toMatchObject({ nodeId: 'bad' });
      expect(node('bad').error?.message).toContain('z1');
      expect(node('bad').error?.sql).toContain('CAST');
      expect(node('other').rowsOut).toBe(2);
      expect(node('a').rowsOut).toBe(3);
    },
  );

  it('a missing file fails its node only', async () => {
    const { report, node, statuses } = await bench.run({
      nodes: {
        gone: { type: 'file-source', config: { path: 'nowhere.csv' } },
        below: filter('true'),
        a: numbers(2),
        b: filter('n = 2'),
      },
      edges: ['gone -> below', 'a -> b'],
    });
    expect(report.status).toBe('failed');
    expect(statuses).toBe('a succeeded, b succeeded, below skipped, gone failed');
    expect(node('gone').error).toMatchObject({ code: 'file-not-found', nodeId: 'gone' });
    expect(node('below').skippedBecause).toBe('gone');
  });

  it('a wrong document does not run at all, and names every fault', async () => {
    const wrong = bench.run({
      nodes: { a: numbers(2), b: filter('nope > 1'), c: filter('1 +') },
      edges: ['a -> b', 'a -> c'],
    });
    await expect(wrong).rejects.toMatchObject({ code: 'document-invalid' });
    await wrong.catch((error: { issues: { place?: { nodeId?: string } }[] }) => {
      expect(error.issues.map(({ place }) => place?.nodeId).sort()).toEqual(['b', 'c']);
    });
  });
});

describe('cancelling', () => {
  const slow: Sketch = {
    nodes: {
      a: numbers(3000),
      big: sql('SELECT count(*) AS c FROM input x, input y, input z WHERE (x.n * y.n + z.n) % 7 = 3'),
      after: filter('c > 0'),
    },
    edges: ['a -> big', 'big -> after'],
  };

  it('in the middle of a statement ends it and the run', async () => {
    const controller = new AbortController();
    const started = performance.now();
    const { report, statuses } = await bench.run(slow, {
      signal: controller.signal,
      watch: (event) => {
        if (event.type === 'node.started' && event.nodeId === 'big')
          setTimeout(() => {
            controller.abort(new AppError('cancelled', 'The run was cancelled.'));
          }, 100);
      },
    });
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(report.status).toBe('cancelled');
    expect(report.error?.code).toBe('cancelled');
    expect(statuses).toContain('after cancelled');
    expect(statuses).toContain('big cancelled');
  });

  it('a node with a time limit fails when it is over', async () => {
    const { report, node } = await bench.run({
      ...slow,
      nodes: { ...slow.nodes, big: { ...slow.nodes.big, timeoutMs: 300 } },
    });
    expect(report.status).toBe('failed');
    expect(node('big')).toMatchObject({ status: 'failed', error: { code: 'node-timeout' } });
    expect(node('after').skippedBecause).toBe('big');
  });
});

describe('a run', () => {
  it('ends when its time is over; what had finished is kept', async () => {
    const { report, statuses } = await bench.run({
      settings: { timeoutMs: 1500, staging: 'all' },
      nodes: {
        a: numbers(3000),
        big: sql('SELECT count(*) AS c FROM input x, input y, input z WHERE (x.n * y.n + z.n) % 7 = 3'),
      },
      edges: ['a -> big'],
    });
    expect(report).toMatchObject({ status: 'failed', error: { code: 'run-timeout' } });
    expect(statuses).toBe('a succeeded, big cancelled');
  });

  it('that writes over its own input shows the rows that it read', async () => {
    await bench.file('self.csv', 'n\n1\n2\n3\n');
    const { report, node } = await bench.run({
      nodes: {
        a: { type: 'file-source', config: { path: 'self.csv' } },
        b: filter('n > 1'),
        out: { type: 'file-destination', config: { path: 'self.csv' } },
      },
      edges: ['a -> b', 'b -> out'],
    });
    expect(report.status).toBe('succeeded');
    expect(column(node('a').sample, 'n')).toEqual([1, 2, 3]);
    expect(await readFile(bench.path('self.csv'), 'utf8')).toBe('n\n2\n3\n');
  });
});

describe('destinations', () => {
  it('write whole files, count what they wrote, and leave nothing else behind', async () => {
    const { report, node } = await bench.run({
      nodes: {
        a: numbers(5),
        b: filter('n > 2'),
        out: { type: 'file-destination', config: { path: 'out/deep/x.csv' } },
      },
      edges: ['a -> b', 'b -> out'],
    });
    expect(report.status).toBe('succeeded');
    expect(node('out')).toMatchObject({ rowsIn: 3, rowsOut: 3 });
    expect(column(node('out').sample, 'n')).toEqual([3, 4, 5]);
    expect(await readFile(bench.path('out/deep/x.csv'), 'utf8')).toBe('n\n3\n4\n5\n');
    expect(await readdir(bench.path('out/deep'))).toEqual(['x.csv']);
  });

  it('keep the old file when the run fails', async () => {
    await bench.file('out/keep.csv', 'old\n1\n');
    const { report } = await bench.run({
      nodes: {
        a: numbers(5),
        bad: {
          type: 'mutate',
          config: { columns: [{ name: 'x', expression: "CAST('z' || n AS INTEGER)" }] },
        },
        out: { type: 'file-destination', config: { path: 'out/keep.csv' } },
      },
      edges: ['a -> bad', 'bad -> out'],
    });
    expect(report.status).toBe('failed');
    expect(await readFile(bench.path('out/keep.csv'), 'utf8')).toBe('old\n1\n');
    expect((await readdir(bench.path('out'))).filter((name) => name.startsWith('keep'))).toEqual([
      'keep.csv',
    ]);
  });
});

describe('master data', () => {
  it('runs first and is read by name, without an edge', async () => {
    const { report, node, events } = await bench.run({
      nodes: {
        a: numbers(4),
        joined: sql('SELECT n, label FROM input JOIN master.labels USING (n)'),
        labels: {
          type: 'inline-source',
          masterData: true,
          config: { format: 'csv', content: 'n,label\n2,two\n4,four\n' },
        },
      },
      edges: ['a -> joined'],
    });
    expect(report.status).toBe('succeeded');
    expect(node('joined')).toMatchObject({ rowsIn: 4, rowsOut: 2, inputs: [{ source: 'a', rows: 4 }] });
    const done = events.findIndex(
      ({ event }) => event.type === 'node.finished' && event.node.id === 'labels',
    );
    const begun = events.findIndex(({ event }) => event.type === 'node.started' && event.nodeId === 'a');
    expect(done).toBeLessThan(begun);
  });
});

describe('master data of the same columns as an input', () => {
  it('is read by its name', async () => {
    const { node } = await bench.run({
      nodes: {
        a: numbers(4),
        few: { ...numbers(2), masterData: true },
        found: sql('SELECT n FROM input WHERE n IN (SELECT n FROM master.few)'),
      },
      edges: ['a -> found'],
    });
    expect(node('found')).toMatchObject({ status: 'succeeded', rowsOut: 2 });
  });
});

describe('disabled nodes and slices', () => {
  const sketch: Sketch = {
    nodes: { a: numbers(3), b: filter('n > 1'), c: filter('n > 2'), d: filter('true') },
    edges: ['a -> b', 'b -> c', 'a -> d'],
  };

  it('a disabled node and what waits for it do not run; the run succeeds', async () => {
    const { report, statuses } = await bench.run({
      ...sketch,
      nodes: { ...sketch.nodes, b: { ...filter('n > 1'), disabled: true } },
    });
    expect(report.status).toBe('succeeded');
    expect(statuses).toBe('a succeeded, b disabled, c skipped, d succeeded');
  });

  it('--to runs a node and what it needs', async () => {
    const { report } = await bench.run(sketch, { slice: { to: 'b' as never } });
    expect(report.nodes.map(({ id }) => id).sort()).toEqual(['a', 'b']);
  });
});

it.each(['stage', 'write'])('can %s lists and maps that are the same in every row', async (how) => {
  const lists = {
    texts: "['a', 'b']",
    huge: '[170141183460469231731687303715884105727::HUGEINT]',
    months: "MAP {'a': INTERVAL '1 month'}",
    times: "[TIMETZ '10:00:00+05']",
  };
  const columns = Object.entries(lists).map(([name, expression]) => ({ name, expression }));
  const { report, node } = await bench.run({
    settings: how === 'stage' ? { staging: 'all' } : {},
    nodes: {
      a: numbers(3000),
      more: { type: 'mutate', config: { columns } },
      ...(how === 'stage' ? {} : { out: { type: 'file-destination', config: { path: 'lists.parquet' } } }),
    },
    edges: ['a -> more', ...(how === 'stage' ? [] : ['more -> out'])],
  });
  expect(report.error).toBeNull();
  expect(node('more').rowsOut).toBe(3000);
  expect(node('more').sample?.[49]).toMatchObject({ texts: ['a', 'b'] });
});

describe('events', () => {
  it('are numbered without a gap, begin with the run and end with it', async () => {
    const { events } = await bench.run({ nodes: { a: numbers(3), b: filter('n > 1') }, edges: ['a -> b'] });
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events[0]?.event.type).toBe('run.started');
    expect(events.at(-1)?.event).toMatchObject({ type: 'run.finished', status: 'succeeded' });
    const finished = events.flatMap(({ event }) => (event.type === 'node.finished' ? [event.node] : []));
    expect(finished.map(({ id, sample }) => [id, sample])).toEqual([
      ['a', null],
      ['b', null],
    ]);
  });
});

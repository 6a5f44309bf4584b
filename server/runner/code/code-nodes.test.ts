import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '#lib/errors/app-error.ts';
import { ensureSandboxBundle } from '#server/sandbox/bundle.mjs';
import { column, filter, numbers, sql, Workbench } from '../testing/workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  await ensureSandboxBundle();
  bench = await Workbench.open();
});
afterAll(() => bench.close());

const map = (code: string, more: Record<string, unknown> = {}) => ({
  type: 'map',
  config: { code, ...more },
});
const javascript = (code: string, more: Record<string, unknown> = {}) => ({
  type: 'javascript',
  config: { code, ...more },
});
const range = (rows: number) => sql(`SELECT range AS n FROM range(${rows}) ORDER BY n`);

describe('reuse', () => {
  it('of code ends with the sandbox that computed it, and that of what it reads does not', async () => {
    const sketch = {
      settings: { staging: 'all' },
      nodes: {
        a: numbers(3),
        b: map('return row'),
        c: javascript('return df'),
        d: filter('n > 1'),
      },
      edges: ['a -> b', 'a -> c', 'b -> d'],
    };
    const reuse = { scope: 'mine', pipeline: 'reuse of code', fresh: false };
    const ranWith = async (codeVersion: string) => {
      const { report } = await bench.run(sketch, { reuse, codeVersion });
      const ran = report.nodes.filter(({ reused }) => !reused);
      return Object.fromEntries(ran.map(({ id, reuseReason }) => [id, reuseReason]));
    };
    expect(Object.keys(await ranWith('sandbox 1')).sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(await ranWith('sandbox 1')).toEqual({});
    const other = await ranWith('sandbox 2');
    expect(Object.keys(other).sort()).toEqual(['b', 'c', 'd']);
    expect(other['b']).toMatch(
      /^The engine changed from duckdb [\d.]+, sandbox 1 to duckdb [\d.]+, sandbox 2\.$/,
    );
    expect(other['d']).toBe(other['b']);
  });
});

describe('chance and the clock', () => {
  const ways = [
    ["Math.valueOf()['ran' + 'dom']()", 'chance by another name'],
    [
      "new (Object.getPrototypeOf(new globalThis['Da' + 'te'](0)).constructor)().getTime()",
      'the clock by another name',
    ],
  ];
  it.each(ways)('%s is seen, and its rows and all below are never used again', async (value) => {
    const sketch = {
      settings: { staging: 'all' },
      nodes: {
        a: numbers(3),
        b: map(`return { n: row.n, x: ${value} }`),
        c: filter('n > 1'),
        d: filter('n > 1'),
      },
      edges: ['a -> b', 'b -> c', 'a -> d'],
    };
    const reuse = { scope: 'mine', pipeline: `chance ${value}`, fresh: false };
    await bench.run(sketch, { reuse });
    const { node } = await bench.run(sketch, { reuse });
    expect(['a', 'b', 'c', 'd'].map((id) => node(id).reused)).toEqual([true, false, false, true]);
    expect(node('b').reuseReason).toMatch(/chance/);
  });
});

describe('map', () => {
  it('keeps the order of its input and counts on over batches', async () => {
    const run = await bench.run({
      nodes: {
        a: range(50_000),
        b: map('return { n: row.n, index }'),
        check: sql('SELECT count(*) AS rows, count(*) FILTER (n = index) AS same FROM b'),
        out: { type: 'file-destination', config: { path: 'ordered.csv' } },
      },
      edges: ['a -> b', 'b -> check', 'b -> out'],
    });
    expect(run.node('check').sample).toEqual([{ rows: 50_000, same: 50_000 }]);
    const lines = (await readFile(bench.path('ordered.csv'), 'utf8')).trim().split('\n').slice(1);
    expect(lines.map((line) => Number(line.split(',')[0]))).toEqual(
      Array.from({ length: 50_000 }, (_, n) => n),
    );
  });

  it('gives several rows for one, or none', async () => {
    const run = await bench.run({
      nodes: { a: numbers(4), b: map('return row.n % 2 ? null : [row, { n: -row.n }]') },
      edges: ['a -> b'],
    });
    expect(column(run.node('b').sample, 'n')).toEqual([2, -2, 4, -4]);
    expect(run.node('b')).toMatchObject({ rowsIn: 4, rowsOut: 4 });
  });

  it('fills keys that some rows have not', async () => {
    const run = await bench.run({
      nodes: { a: numbers(3), b: map('return row.n === 2 ? { b: "x", a: 1 } : { a: row.n }') },
      edges: ['a -> b'],
    });
    expect(run.node('b').sample).toEqual([
      { a: 1, b: null },
      { a: 1, b: 'x' },
      { a: 3, b: null },
    ]);
  });

  it('may wait', async () => {
    const run = await bench.run({
      nodes: { a: numbers(2), b: map('await new Promise((go) => setTimeout(go, 5)); return row') },
      edges: ['a -> b'],
    });
    expect(run.node('b').rowsOut).toBe(2);
  });

  it('has the columns of its input where there is no row to try', async () => {
    const run = await bench.run({
      nodes: { a: numbers(3), none: filter('n > 9'), b: map('return row'), c: filter('n > 1') },
      edges: ['a -> none', 'none -> b', 'b -> c'],
    });
    expect(run.report.status).toBe('succeeded');
    expect(run.node('b')).toMatchObject({ rowsOut: 0, schema: [{ name: 'n', type: 'BIGINT' }] });
  });
});

describe('javascript', () => {
  it('has its inputs by id, its parameters and the library', async () => {
    const run = await bench.run({
      parameters: { factor: { type: 'integer', default: 3 }, label: { type: 'string', default: 'x' } },
      nodes: {
        a: numbers(2),
        b: sql("SELECT 1 AS n, 'one' AS word"),
        c: javascript(
          'const joined = dfd.merge({ left: inputs.a, right: inputs.b, on: ["n"], how: "left" }); joined.addColumn("f", joined.n.mul(params.factor), { inplace: true }); joined.addColumn("l", [params.label, params.label], { inplace: true }); return joined',
        ),
      },
      edges: ['a -> c', 'b -> c'],
    });
    expect(run.node('c').error).toBeNull();
    expect(run.node('c').sample).toEqual([
      { n: 1, word: 'one', f: 3, l: 'x' },
      { n: 2, word: null, f: 6, l: 'x' },
    ]);
  });

  it('has its merged inputs as df', async () => {
    const run = await bench.run({
      nodes: { a: numbers(2), b: numbers(3), c: javascript('return [{ rows: df.shape[0] }]') },
      edges: ['a -> c', 'b -> c'],
    });
    expect(run.node('c').sample).toEqual([{ rows: 5 }]);
  });

  it('works on a frame without rows', async () => {
    const run = await bench.run({
      nodes: { a: numbers(3), none: filter('n > 9'), c: javascript('return df') },
      edges: ['a -> none', 'none -> c'],
    });
    expect(run.node('c')).toMatchObject({ rowsOut: 0, schema: [{ name: 'n', type: 'BIGINT' }] });
  });

  it('goes on in SQL, a pivot and another piece of code', async () => {
    const run = await bench.run({
      nodes: {
        a: range(6),
        b: map("return { kind: row.n % 2 ? 'odd' : 'even', n: row.n }"),
        p: { type: 'pivot', config: { on: 'kind', using: 'sum(n)', groupBy: [] } },
        c: javascript('return [{ total: df.even.values[0] + df.odd.values[0] }]'),
      },
      edges: ['a -> b', 'b -> p', 'p -> c'],
    });
    expect(run.report.error).toBeNull();
    expect(run.node('c').sample).toEqual([{ total: 15 }]);
  });

  it('writes its lines into the log', async () => {
    const lines: unknown[] = [];
    await bench.run(
      {
        nodes: {
          a: numbers(1),
          c: javascript('console.log("rows", df.shape[0]); console.warn({ careful: true }); return df'),
        },
        edges: ['a -> c'],
      },
      { watch: (event) => event.type === 'log' && lines.push([event.level, event.nodeId, event.message]) },
    );
    expect(lines).toEqual([
      ['info', 'c', 'rows 1'],
      ['warn', 'c', '{"careful":true}'],
    ]);
  });
});

describe('code that fails', () => {
  it('fails its node, skips what follows, and leaves the rest of the run alone', async () => {
    const run = await bench.run({
      nodes: {
        a: numbers(3),
        bad: map('if (row.n === 2)\n  throw new RangeError("two");\nreturn row'),
        after: filter('n > 0'),
        apart: filter('n > 1'),
      },
      edges: ['a -> bad', 'bad -> after', 'a -> apart'],
    });
    expect(run.statuses).toBe('a succeeded, after skipped, apart succeeded, bad failed');
    expect(run.node('bad').error).toMatchObject({
      code: 'code-failed',
      message: 'RangeError: two (on row 2) (line 2)',
      place: { path: ['code'], offset: 'if (row.n === 2)\n  throw '.length },
    });
  });

  it('also beyond the rows that it was tried on', async () => {
    const run = await bench.run({
      nodes: {
        a: range(30_000),
        bad: map('if (index === 29_999) throw new Error("late"); return row'),
        after: filter('n > 0'),
      },
      edges: ['a -> bad', 'bad -> after'],
    });
    expect(run.statuses).toBe('a succeeded, after skipped, bad failed');
    expect(run.node('bad').error?.message).toBe('Error: late (on row 30000) (line 1)');
  });

  it('does not start a run where it does not parse', async () => {
    const run = bench.run({ nodes: { a: numbers(3), bad: map('return {') }, edges: ['a -> bad'] });
    await expect(run).rejects.toMatchObject({
      code: 'document-invalid',
      issues: [{ code: 'code-syntax', place: { nodeId: 'bad', path: ['nodes', 1, 'config', 'code'] } }],
    });
  });

  it.each([
    [
      'a column that comes late',
      'return index < 100 ? { a: 1 } : { a: 1, b: 2 }',
      'column-not-listed',
      /"b"/,
    ],
    ['two columns but for case', 'return { a: 1, A: 2 }', 'column-twice', /"A"/],
    ['rows without columns', 'return {}', 'no-columns', /without any column/],
  ])('for %s', async (_name, code, error, message) => {
    const run = await bench.run({ nodes: { a: range(200), bad: map(code) }, edges: ['a -> bad'] });
    expect(run.node('bad').error).toMatchObject({ code: error, message: expect.stringMatching(message) });
  });

  it.each([
    ['a type that does not exist', { columns: [{ name: 'a', type: 'NUMMER' }] }],
    [
      'a column twice',
      {
        columns: [
          { name: 'a', type: 'INT' },
          { name: 'A', type: 'INT' },
        ],
      },
    ],
  ])('for a list with %s, before the run', async (_name, config) => {
    const run = bench.run({ nodes: { a: numbers(1), b: map('return row', config) }, edges: ['a -> b'] });
    await expect(run).rejects.toMatchObject({ code: 'document-invalid' });
  });
});

describe('limits', () => {
  it('of time, the node’s own', async () => {
    const run = await bench.run({
      nodes: {
        a: numbers(1),
        b: { ...map('for (;;);', { columns: [{ name: 'n', type: 'BIGINT' }] }), timeoutMs: 300 },
      },
      edges: ['a -> b'],
    });
    expect(run.node('b').error).toMatchObject({ code: expect.stringMatching(/^(node|code)-timeout$/) });
  });

  it('of memory, the node’s own', async () => {
    const code = 'const all = []; for (;;) all.push(new Array(1000).fill(0.5))';
    const run = await bench.run({
      nodes: {
        a: numbers(1),
        b: { ...map(code, { columns: [{ name: 'n', type: 'BIGINT' }] }), memoryLimit: '32MB' },
      },
      edges: ['a -> b'],
    });
    expect(run.node('b').error).toMatchObject({
      code: 'code-memory',
      hint: expect.stringContaining('memoryLimit'),
    });
  });

  it('of a frame’s size outside the memory mode, where map goes on', async () => {
    const run = await bench.run({
      settings: { mode: 'duckdb' },
      nodes: {
        a: sql('SELECT range AS n FROM range(1000001)'),
        frame: javascript('return [{ rows: df.shape[0] }]', { columns: [{ name: 'rows', type: 'BIGINT' }] }),
        rows: map('return row.n % 100_000 === 0 ? row : null', { columns: [{ name: 'n', type: 'BIGINT' }] }),
      },
      edges: ['a -> frame', 'a -> rows'],
    });
    expect(run.node('frame').error).toMatchObject({
      code: 'frame-too-large',
      hint: expect.stringContaining('map'),
    });
    expect(run.node('rows').rowsOut).toBe(11);
  });

  it('ends with the run that is cancelled', async () => {
    const stop = new AbortController();
    const run = await bench.run(
      {
        nodes: { a: numbers(1), b: map('for (;;);', { columns: [{ name: 'n', type: 'BIGINT' }] }) },
        edges: ['a -> b'],
      },
      {
        signal: stop.signal,
        watch: (event) => {
          if (event.type === 'node.started' && event.nodeId === 'b')
            setTimeout(() => {
              stop.abort(new AppError('cancelled', 'Enough.'));
            }, 200);
        },
      },
    );
    expect(run.statuses).toBe('a succeeded, b cancelled');
  });
});

describe('a sandbox process that is killed', () => {
  it('fails the node that it served, and nothing else', async () => {
    const columns = [{ name: 'n', type: 'BIGINT' }];
    // With processes of its own: there is but one.
    const alone = await Workbench.open();
    try {
      const run = await alone.run(
        {
          nodes: {
            a: numbers(2),
            killed: map('console.log("here"); for (;;);', { columns }),
            apart: filter('n > 1'),
          },
          edges: ['a -> killed', 'a -> apart'],
        },
        {
          watch: (event) => {
            const [pid] = alone.services.sandbox.processIds;
            if (event.type === 'log' && event.nodeId === 'killed' && pid !== undefined)
              process.kill(pid, 'SIGKILL');
          },
        },
      );
      expect(run.node('killed').error).toMatchObject({ code: 'sandbox-ended', hint: expect.any(String) });
      expect(run.statuses).toBe('a succeeded, apart succeeded, killed failed');
      const next = await alone.run({ nodes: { a: numbers(2), b: map('return row') }, edges: ['a -> b'] });
      expect(next.report.status).toBe('succeeded');
    } finally {
      await alone.close();
    }
  });

  it('is no failure where the node may be tried again', async () => {
    const alone = await Workbench.open();
    let kills = 0;
    try {
      const code = 'console.log("here"); const end = Date.now() + 300; while (Date.now() < end); return row';
      const run = await alone.run(
        {
          nodes: {
            a: numbers(2),
            b: { ...map(code, { columns: [{ name: 'n', type: 'BIGINT' }] }), retries: 2 },
          },
          edges: ['a -> b'],
        },
        {
          watch: (event) => {
            const [pid] = alone.services.sandbox.processIds;
            if (kills > 0 || event.type !== 'log' || event.message !== 'here' || pid === undefined) return;
            kills += 1;
            process.kill(pid, 'SIGKILL');
          },
        },
      );
      expect(kills).toBe(1);
      expect(run.node('b')).toMatchObject({ status: 'succeeded', rowsOut: 2 });
      const logs = run.events.flatMap(({ event }) => (event.type === 'log' ? [event.message] : []));
      expect(logs.filter((text) => text.includes('Trying again in'))).toHaveLength(1);
    } finally {
      await alone.close();
    }
  });
});

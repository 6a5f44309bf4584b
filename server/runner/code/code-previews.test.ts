import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PreviewAnswer } from '#lib/contracts/preview.ts';
import { workspaceRoot } from '#server/files/workspace-root.ts';
import { ensureSandboxBundle } from '#server/sandbox/bundle.mjs';
import { Previews } from '../service/previews.ts';
import { column, documentOf, sql, Workbench, type Sketch } from '../testing/workbench.ts';

const WORKSPACE = '5d1d1c35-1b2a-4a53-9d36-8f3f0ad4c002';
const never = new AbortController().signal;

let bench: Workbench;
let previews: Previews;
beforeAll(async () => {
  await ensureSandboxBundle();
  bench = await Workbench.open();
  previews = new Previews(bench.services, {
    port: 0,
    token: '',
    runnerId: 'test',
    dataDirectory: bench.dataDirectory,
    runsAtOnce: 1,
    memoryBytes: 2_000_000_000,
    threads: 2,
    stagingBytes: 1e9,
    logDays: 1,
  });
  const root = workspaceRoot(WORKSPACE, bench.dataDirectory);
  await mkdir(root, { recursive: true });
  const rows = Array.from({ length: 200 }, (_, index) => `${index + 1},${index % 2 ? 'odd' : 'even'}`);
  await writeFile(path.join(root, 'rows.csv'), `n,kind\n${rows.join('\n')}\n`);
});
afterAll(async () => {
  await previews.close();
  await bench.close();
});

const rows = { type: 'file-source', config: { path: 'rows.csv' } };
const map = (code: string) => ({ type: 'map', config: { code } });
const javascript = (code: string) => ({ type: 'javascript', config: { code } });

interface Asked {
  sourceRows?: number;
  limit?: number;
  parameters?: Record<string, unknown>;
  signal?: AbortSignal;
}

function preview(sketch: Sketch, nodeId: string, asked: Asked = {}): Promise<PreviewAnswer> {
  const { sourceRows = 1000, limit = 100, parameters, signal = never } = asked;
  const request = {
    workspaceId: WORKSPACE,
    document: documentOf(sketch),
    nodeId,
    limit,
    sourceRows,
    parameters,
  };
  return previews.preview(request, signal);
}

describe('a preview', () => {
  it('of a map node shows what its code makes of the first rows of the sources, and what went in', async () => {
    const sketch: Sketch = {
      parameters: { by: { type: 'integer', default: 10 } },
      nodes: { rows, b: map('return row.n % 2 ? { ...row, times: row.n * params.by } : null') },
      edges: ['rows -> b'],
    };
    const whole = await preview(sketch, 'b', { limit: 3 });
    expect(whole.faults).toEqual([]);
    expect(whole.output?.rows).toEqual([
      { n: 1, kind: 'even', times: 10 },
      { n: 3, kind: 'even', times: 30 },
      { n: 5, kind: 'even', times: 50 },
    ]);
    expect(whole.inputs.map(({ source, rows: sample }) => [source, column(sample, 'n')])).toEqual([
      ['rows', [1, 2, 3]],
    ]);
    expect(whole).toMatchObject({ partial: false, sentence: 'Made from all rows.' });
    const part = await preview(sketch, 'b', { sourceRows: 4, parameters: { by: 2 } });
    expect(column(part.output?.rows ?? null, 'times')).toEqual([2, 6]);
    expect(part.partial).toBe(true);
    expect(part.sentence).toContain('the first 4 of about');
  });

  it('of a DataFrame node, and of SQL that reads it', async () => {
    const sketch: Sketch = {
      nodes: {
        rows,
        frame: javascript("return df.groupby(['kind']).agg({ n: 'sum' })"),
        top: sql('SELECT kind FROM input ORDER BY n_sum DESC LIMIT 1'),
      },
      edges: ['rows -> frame', 'frame -> top'],
    };
    // 1 + 3 + … + 199 and 2 + 4 + … + 200.
    expect((await preview(sketch, 'frame')).output?.rows).toEqual([
      { kind: 'even', n_sum: 10_000 },
      { kind: 'odd', n_sum: 10_100 },
    ]);
    expect((await preview(sketch, 'top')).output?.rows).toEqual([{ kind: 'odd' }]);
  });

  it('of code after code', async () => {
    const nodes = { rows, one: map('return { n: row.n + 1 }'), two: map('return { n: row.n * 2 }') };
    const { output } = await preview({ nodes, edges: ['rows -> one', 'one -> two'] }, 'two', { limit: 2 });
    expect(column(output?.rows ?? null, 'n')).toEqual([4, 6]);
  });

  it('says what the code does wrong, and where', async () => {
    const { output, faults } = await preview(
      { nodes: { rows, b: map('const total = 1;\nreturn row.missing.name') }, edges: ['rows -> b'] },
      'b',
    );
    expect(output).toBeNull();
    expect(faults).toMatchObject([{ severity: 'error', place: { nodeId: 'b' } }]);
    expect(faults[0]?.message).toContain('line 2');
  });

  it('says so where the code fails only on rows that it was not tried on', async () => {
    const code = 'if (row.n > 150) throw new Error("too many"); return row';
    const { output, sentence, faults } = await preview(
      { nodes: { rows, b: map(code) }, edges: ['rows -> b'] },
      'b',
    );
    expect(output).toBeNull();
    expect(sentence).toBe('The rows could not be made.');
    expect(faults).toMatchObject([{ message: expect.stringContaining('too many') as string }]);
  });

  it('of code that never ends comes to an end, and leaves no process that goes on', async () => {
    const { faults } = await preview({ nodes: { rows, b: map('for (;;) {}') }, edges: ['rows -> b'] }, 'b');
    expect(faults.map(({ code }) => code)).toEqual(['columns-unknown']);
    // Whoever was late is not used again: the next preview has a process that answers.
    const next = await preview({ nodes: { rows, b: map('return row') }, edges: ['rows -> b'] }, 'b');
    expect(next.output?.rows).toHaveLength(100);
  });

  it('stops with whoever asked', async () => {
    const caller = new AbortController();
    const asked = preview({ nodes: { rows, b: map('for (;;) {}') }, edges: ['rows -> b'] }, 'b', {
      signal: caller.signal,
    });
    setTimeout(() => {
      caller.abort(new Error('gone'));
    }, 300);
    const started = performance.now();
    await Promise.allSettled([asked]);
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('sees no more of the machine than a run does', async () => {
    const code =
      'return { variables: Object.keys(process?.env ?? {}).length, require: typeof require, fetch: typeof fetch }';
    const { output } = await preview({ nodes: { rows, b: map(code) }, edges: ['rows -> b'] }, 'b', {
      limit: 1,
    });
    expect(output?.rows).toEqual([{ variables: 0, require: 'undefined', fetch: 'undefined' }]);
  });
});

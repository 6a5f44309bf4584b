import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workspaceRoot } from '#server/files/workspace-root.ts';
import {
  privateTestSupabase,
  type TestSupabase,
  type TestWorkspace,
} from '#server/supabase/testing/test-supabase.ts';
import { runnerClient } from './channel-client.ts';
import { startRunnerProcess, type RunnerProcess } from './testing/runner-process.ts';
import { documentOf, filter, numbers, sql, type Sketch } from './testing/workbench.ts';

// The real runner process, a real database, real files.

let supabase: TestSupabase;
let workspace: TestWorkspace;
let dataDirectory: string;
let runner: RunnerProcess;

beforeAll(async () => {
  supabase = await privateTestSupabase();
  workspace = await supabase.workspace();
  dataDirectory = await realpath(await mkdtemp(path.join(os.tmpdir(), 'sluice-runner-main-')));
  await mkdir(path.join(workspaceRoot(workspace.id, dataDirectory), 'data'), { recursive: true });
  await writeFile(path.join(workspaceRoot(workspace.id, dataDirectory), 'data', 'a.csv'), 'n\n1\n2\n3\n');
  runner = await startRunnerProcess({ dataDirectory, supabase });
});
afterAll(async () => {
  await runner.kill();
  await rm(dataDirectory, { recursive: true, force: true });
});

const SLOW: Sketch = {
  nodes: {
    a: numbers(3000),
    done: filter('n < 10'),
    big: sql('SELECT count(*) AS c FROM input x, input y, input z WHERE (x.n * y.n + z.n) % 7 = 3'),
  },
  edges: ['a -> done', 'a -> big'],
};

async function queue(sketch: Sketch, extra: Record<string, unknown> = {}): Promise<string> {
  const { client } = workspace.editor;
  const { data: pipeline } = await client
    .from('pipelines')
    .insert({
      workspace_id: workspace.id,
      name: 'test',
      draft: documentOf(sketch),
      created_by: workspace.editor.id,
    })
    .select('id')
    .single()
    .throwOnError();
  const { data } = await client
    .rpc('request_run', {
      p_pipeline_id: pipeline.id,
      p_document: documentOf(sketch),
      p_content_hash: crypto.randomUUID().replaceAll('-', '').repeat(2),
      ...extra,
    } as never)
    .throwOnError();
  const answer = data as { ok: boolean; run_id: string };
  expect(answer.ok).toBe(true);
  return answer.run_id;
}

async function events(runId: string, after = 0): Promise<{ seq: number; type: string }[]> {
  const seen: { seq: number; type: string }[] = [];
  for await (const { seq, event } of runner.client.events(runId, {
    after,
    signal: AbortSignal.timeout(20_000),
  }))
    seen.push({ seq, type: event.type });
  return seen;
}

async function follow(runId: string, until: (type: string, nodeId: string | null) => boolean): Promise<void> {
  for await (const { event } of runner.client.events(runId, {
    after: 0,
    signal: AbortSignal.timeout(20_000),
  })) {
    if (until(event.type, 'nodeId' in event ? event.nodeId : null)) return;
  }
}

async function wakeAndWait(runId: string): Promise<void> {
  await runner.client.call('wake', {});
  await until(async () => (await runRow(runId)).status !== 'queued');
}

async function until(test: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await test()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('waited too long');
}

async function runRow(runId: string): Promise<Record<string, unknown>> {
  const [row] = await supabase.sql`select * from public.runs where id = ${runId}`;
  return row as Record<string, unknown>;
}

async function nodeRows(runId: string): Promise<Record<string, Record<string, unknown>>> {
  const rows = await supabase.sql`select * from public.node_runs where run_id = ${runId}`;
  return Object.fromEntries(rows.map((row) => [String(row.node_id), row]));
}

const ended = (runId: string) =>
  until(async () => !['queued', 'running', 'cancelling'].includes(String((await runRow(runId)).status)));

describe('a queued run', () => {
  const sketch: Sketch = {
    nodes: {
      a: { type: 'file-source', config: { path: 'data/a.csv' } },
      b: filter('n > 1'),
      out: { type: 'file-destination', config: { path: 'out/b.parquet' } },
    },
    edges: ['a -> b', 'b -> out'],
  };

  it("is claimed on a wake, runs in the workspace's files, and is written down in full", async () => {
    const runId = await queue(sketch);
    await wakeAndWait(runId);
    await ended(runId);
    expect(await runRow(runId)).toMatchObject({
      status: 'succeeded',
      mode: 'duckdb',
      engine: 'duckdb',
      error: null,
      runner_id: 'runner-under-test',
    });
    // Samples and log lines follow the end of a run: they are nobody's critical path.
    await until(async () => {
      const { b, out } = await nodeRows(runId);
      return Boolean(b?.sample) && Boolean(out?.input_samples);
    });
    const nodes = await nodeRows(runId);
    expect(nodes.b).toMatchObject({
      status: 'succeeded',
      rows_in: '3',
      rows_out: '2',
      sample: [{ n: 2 }, { n: 3 }],
    });
    expect(nodes.out).toMatchObject({
      status: 'succeeded',
      rows_out: '2',
      input_samples: [
        { source: 'b', port: 'input', schema: [{ name: 'n', type: 'BIGINT' }], rows: [{ n: 2 }, { n: 3 }] },
      ],
    });
    await until(async () => {
      const logs =
        await supabase.sql`select message from public.observability_logs where run_id = ${runId} order by id`;
      return String(logs.at(-1)?.message).includes('Succeeded');
    });
  });

  it('asked for again reuses what it did, with its counts and samples, and says so', async () => {
    const runId = await queue(sketch);
    await wakeAndWait(runId);
    await ended(runId);
    await until(async () => (await nodeRows(runId)).out?.input_samples !== null);
    const { b, out } = await nodeRows(runId);
    expect(b).toMatchObject({ reused: true, rows_in: '3', rows_out: '2', sample: [{ n: 2 }, { n: 3 }] });
    // Another pipeline of the same workspace: what is kept is found by what it is.
    expect(out).toMatchObject({ reused: true, rows_in: '2', rows_out: '2' });
    expect(out?.reuse_reason).toMatch(/^Same config, inputs and sources as in the run of/);
  });

  it('can be followed late, and again from where one stopped', async () => {
    // Another condition: what ran before would only be reused.
    const runId = await queue({ ...sketch, nodes: { ...sketch.nodes, b: filter('n > 0') } });
    await wakeAndWait(runId);
    await ended(runId);
    const all = await events(runId);
    expect(all.map(({ type }) => type)).toEqual([
      'run.started',
      'node.started',
      'node.started',
      'node.started',
      'node.finished',
      'node.finished',
      'node.finished',
      'segment.finished',
      'run.finished',
    ]);
    const later = await events(runId, all[3]?.seq ?? 0);
    expect(later).toEqual(all.slice(4));
  });

  it('with a fault in its SQL fails with every fault, and no file outside the workspace is read', async () => {
    const runId = await queue({
      nodes: {
        a: { type: 'file-source', config: { path: '../../../etc/passwd', format: 'csv' } },
        b: filter('nope(n)'),
      },
      edges: ['a -> b'],
    });
    await wakeAndWait(runId);
    await ended(runId);
    const { status, error } = await runRow(runId);
    expect(status).toBe('failed');
    expect(error).toMatchObject({ code: 'document-invalid' });
    expect((error as { issues: { code: string }[] }).issues.map(({ code }) => code)).toContain(
      'path-outside',
    );
  });
});

describe('cancelling', () => {
  it('ends a run in the middle of a statement', async () => {
    const runId = await queue(SLOW);
    await wakeAndWait(runId);
    await follow(runId, (type, nodeId) => type === 'node.started' && nodeId === 'big');
    await workspace.editor.client.rpc('cancel_run', { p_run_id: runId }).throwOnError();
    expect(await runner.client.call('cancel', { runId })).toEqual({ found: true });
    await ended(runId);
    expect((await runRow(runId)).status).toBe('cancelled');
    expect((await nodeRows(runId)).big?.status).toBe('cancelled');
  });
});

describe('the channel', () => {
  it('refuses a wrong token', async () => {
    await expect(
      runnerClient({ url: runner.url, token: 'x'.repeat(40) }).call('health', {}),
    ).rejects.toMatchObject({ code: 'unauthorised' });
  });

  it('knows no events of a run that it never had', async () => {
    await expect(
      runner.client
        .events(crypto.randomUUID(), { after: 0, signal: AbortSignal.timeout(5000) })
        [Symbol.asyncIterator]()
        .next(),
    ).rejects.toMatchObject({ code: 'run-not-found' });
  });

  it('holds the events of a run that is about to begin, and ends where it does not', async () => {
    const runId = await queue({ nodes: { a: numbers(3) }, edges: [] });
    const signal = AbortSignal.timeout(20_000);
    const types: string[] = [];
    const following = (async () => {
      for await (const { event } of runner.client.events(runId, { after: 0, waitMs: 5000, signal }))
        types.push(event.type);
    })();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await runner.client.call('wake', {});
    await following;
    expect(types.slice(0, 2)).toEqual(['run.started', 'node.started']);
    expect(types.at(-1)).toBe('run.finished');
    const never = runner.client.events(crypto.randomUUID(), { after: 0, waitMs: 100, signal });
    expect(await never[Symbol.asyncIterator]().next()).toMatchObject({ done: true });
  });

  it('binds a document with faults as far as it goes', async () => {
    const document = documentOf({
      nodes: { a: numbers(3), b: filter('n > 1'), c: filter('m > 1') },
      edges: ['a -> b', 'a -> c'],
    });
    const answer = await runner.client.call('bind', { workspaceId: workspace.id, document });
    expect(answer.nodes.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(answer.nodes[1]?.inputs[0]?.schema).toEqual([{ name: 'n', type: 'BIGINT' }]);
    expect(answer.faults).toMatchObject([{ place: { nodeId: 'c' } }]);
  });

  it('previews a node over the first rows of its sources and says so', async () => {
    const document = documentOf({
      nodes: { a: { type: 'file-source', config: { path: 'data/a.csv' } }, b: filter('n > 1') },
      edges: ['a -> b'],
    });
    const request = { workspaceId: workspace.id, document, nodeId: 'b' };
    const whole = await runner.client.call('preview', request);
    expect(whole).toMatchObject({
      partial: false,
      output: { rows: [{ n: 2 }, { n: 3 }] },
      inputs: [{ source: 'a', rows: [{ n: 1 }, { n: 2 }, { n: 3 }] }],
    });
    const part = await runner.client.call('preview', { ...request, sourceRows: 2 });
    expect(part).toMatchObject({ partial: true, output: { rows: [{ n: 2 }] } });
    expect(part.sentence).toContain('first 2');
    const again = await runner.client.call('preview', request);
    expect(again.durationMs).toBeLessThan(1000);
  });

  it('pages through a staged result, and says what is gone', async () => {
    const runId = await queue({ nodes: { a: numbers(100), b: filter('n > 10') }, edges: ['a -> b'] });
    await wakeAndWait(runId);
    await ended(runId);
    const page = await runner.client.call('rows', {
      workspaceId: workspace.id,
      runId,
      nodeId: 'b',
      offset: 80,
      limit: 5,
    });
    expect(page).toMatchObject({
      source: 'staged',
      total: 90,
      offset: 80,
      rows: [{ n: 91 }, { n: 92 }, { n: 93 }, { n: 94 }, { n: 95 }],
    });
    expect(await runner.client.call('rows', { workspaceId: workspace.id, runId, nodeId: 'a' })).toMatchObject(
      { source: 'gone', total: 100 },
    );
  });
});

describe('ending', () => {
  it("a killed runner's run is interrupted at its next start, its finished nodes kept, and can be resumed", async () => {
    const runId = await queue({ ...SLOW, settings: { staging: 'all' } });
    await wakeAndWait(runId);
    await follow(runId, (type, nodeId) => type === 'node.started' && nodeId === 'big');
    await until(async () => (await nodeRows(runId)).a?.status === 'succeeded');
    await runner.kill();
    runner = await startRunnerProcess({ dataDirectory, supabase });
    await until(async () => (await runRow(runId)).status === 'interrupted');
    const nodes = await nodeRows(runId);
    expect(nodes.a).toMatchObject({ status: 'succeeded', rows_out: '3000' });
    expect(nodes.big).toMatchObject({ status: 'failed', error: { code: 'runner-lost' } });
    const [pipeline] =
      await supabase.sql`select pipeline_id, version_id from public.runs where id = ${runId}`;
    const { data } = await workspace.editor.client
      .rpc('request_run', {
        p_pipeline_id: pipeline?.pipeline_id,
        p_version_id: pipeline?.version_id,
        p_trigger: 'resume',
        p_resumed_from: runId,
        p_options: { to: 'done' },
      } as never)
      .throwOnError();
    const resumed = (data as { run_id: string }).run_id;
    await wakeAndWait(resumed);
    await ended(resumed);
    expect((await runRow(resumed)).status).toBe('succeeded');
    expect((await nodeRows(resumed)).done).toMatchObject({ status: 'succeeded', rows_out: '9' });
    expect((await nodeRows(resumed)).a).toMatchObject({ reused: true });
  });

  it('what outlives its time limit does not outlive the run, nor the runner, which ends when it is idle', async () => {
    const runId = await queue({
      nodes: {
        a: numbers(1),
        long: sql(`SELECT levenshtein(repeat('ab', 500000), repeat('ba', 500000) || n) AS d FROM input`),
      },
      edges: ['a -> long'],
      settings: { timeoutMs: 300 },
    });
    await wakeAndWait(runId);
    await ended(runId);
    expect(await runRow(runId)).toMatchObject({ status: 'failed', error: { code: 'run-timeout' } });
    expect(await runner.ended).toBe(0);
    expect(runner.said()).toContain('starts anew');
    runner = await startRunnerProcess({ dataDirectory, supabase });
    const next = await queue({ nodes: { a: numbers(3) }, edges: [] });
    await wakeAndWait(next);
    await ended(next);
    expect((await runRow(next)).status).toBe('succeeded');
  }, 60_000);

  it('ends what its killed life left before a schedule looks, which then makes up for the time it missed', async () => {
    await runner.kill();
    const runId = await queue({ nodes: { a: numbers(3) }, edges: [] });
    const [schedule] =
      await supabase.sql`insert into public.schedules (workspace_id, pipeline_id, version_id, name, cron, overlap, catch_up, owner_id, next_due_at)
      select workspace_id, pipeline_id, version_id, 'S', '0 0 1 1 *', 'skip', true, ${workspace.owner.id}, now() - interval '2 minutes'
      from public.runs where id = ${runId} returning id`;
    const scheduleId = String(schedule?.id);
    await supabase.sql`update public.runs set status = 'running', runner_id = 'runner-under-test', started_at = now(),
      heartbeat_at = now(), schedule_id = ${scheduleId}, due_at = now() - interval '1 year' where id = ${runId}`;
    runner = await startRunnerProcess({ dataDirectory, supabase });
    await until(async () => {
      const [made] =
        await supabase.sql`select id from public.runs where schedule_id = ${scheduleId} and id <> ${runId} and status = 'succeeded'`;
      return made !== undefined;
    });
    expect((await runRow(runId)).status).toBe('interrupted');
  });

  it('asked to end, it interrupts what does not finish in time, and writes that down', async () => {
    const runId = await queue(SLOW);
    await wakeAndWait(runId);
    await follow(runId, (type, nodeId) => type === 'node.started' && nodeId === 'big');
    expect(await runner.stop()).toBe(0);
    expect((await runRow(runId)).status).toBe('interrupted');
    expect((await nodeRows(runId)).done).toMatchObject({ status: 'succeeded' });
  });
});

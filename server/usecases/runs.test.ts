import { beforeAll, describe, expect, it } from 'vitest';
import { privateTestSupabase, type TestWorkspace } from '#server/supabase/testing/test-supabase.ts';
import { testApi, type TestApi } from './testing/api.ts';
import { allEvents, readEvents } from './testing/read-events.ts';
import { testRunner, type TestRunner } from './testing/runner.ts';

let api: TestApi;
let runner: TestRunner;
let workspace: TestWorkspace;
let pipelineId: string;
beforeAll(async () => {
  api = await testApi(await privateTestSupabase());
  runner = await testRunner(api);
  await runner.start();
  workspace = await api.supabase.workspace();
  pipelineId = (await api.call(workspace.editor, 'createPipeline', { body: { document: document('x > 1') } }))
    .data.id;
});

/** Three numbers, filtered. */
const document = (condition: string) => ({
  version: 1,
  name: 'Numbers',
  parameters: { least: { type: 'integer', default: 0 } },
  nodes: [
    { id: 'three', type: 'inline-source', config: { format: 'csv', content: 'x\n1\n2\n3\n' } },
    { id: 'kept', type: 'filter', config: { condition } },
  ],
  edges: [{ source: 'three', target: 'kept' }],
});
/** Eight billion rows to add up: longer than any test waits. */
const endless = () => ({
  version: 1,
  name: 'Endless',
  nodes: [
    {
      id: 'many',
      type: 'inline-source',
      config: {
        format: 'csv',
        content: `x\n${Array.from({ length: 2000 }, (_, index) => index).join('\n')}\n`,
      },
    },
    {
      id: 'sums',
      type: 'sql',
      config: { query: 'SELECT sum(a.x * b.x + c.x) AS s FROM input a, input b, input c' },
    },
  ],
  edges: [{ source: 'many', target: 'sums' }],
});
const start = async (body: Record<string, unknown>) => {
  const reply = await api.call(workspace.editor, 'startRun', { params: { id: pipelineId }, body });
  expect(reply.error).toBeUndefined();
  return reply.data;
};
const follow = (id: string, headers?: Record<string, string>, signal?: AbortSignal) =>
  api.raw(workspace.viewer, 'followRun', { params: { id }, headers, signal });
const finished = async (id: string) => {
  await allEvents(await follow(id));
  return (await api.call(workspace.viewer, 'getRun', { params: { id } })).data;
};

describe('a run', () => {
  it('runs what is on the screen, frozen as a version', async () => {
    const queued = await start({ document: document('x > 1') });
    // Its status is not looked at: a runner that is quick, or heard late, has it in any.
    expect(queued).toMatchObject({ trigger: 'api', pipelineName: 'Numbers' });
    const run = await finished(queued.id);
    expect(run).toMatchObject({ status: 'succeeded', engine: 'duckdb', error: null });
    expect(run.nodes.map(({ id, status, rowsOut }) => [id, status, rowsOut])).toEqual([
      ['three', 'succeeded', 3],
      ['kept', 'succeeded', 2],
    ]);
    expect(run.document).toMatchObject({ nodes: [{ id: 'three' }, { id: 'kept' }] });
    expect(run.segments.flatMap(({ nodes }) => nodes).sort()).toEqual(['kept', 'three']);
    // Twice the same document: one version.
    expect((await start({ document: document('x > 1') })).version).toBe(queued.version);
  });

  it('gives its rows, samples and log', async () => {
    const { id } = await start({ document: document('x > 1') });
    await finished(id);
    const node = { id, nodeId: 'kept' };
    const rows = await api.call(workspace.viewer, 'getRows', {
      params: node,
      query: { offset: 1, limit: 1 },
    });
    expect(rows.data).toMatchObject({
      schema: [{ name: 'x', type: 'BIGINT' }],
      rows: [{ x: 3 }],
      offset: 1,
      total: 2,
    });
    await expect
      .poll(async () => (await api.call(workspace.viewer, 'getNodeRun', { params: node })).data.sample)
      .toEqual([{ x: 2 }, { x: 3 }]);
    await expect
      .poll(async () => (await api.call(workspace.viewer, 'getLogs', { params: { id } })).data.logs.length)
      .toBeGreaterThan(2);
    const { data } = await api.call(workspace.viewer, 'getLogs', { params: { id }, query: { limit: 1 } });
    const second = await api.call(workspace.viewer, 'getLogs', {
      params: { id },
      query: { limit: 1, cursor: data.nextCursor ?? '' },
    });
    expect(Number(second.data.logs[0]?.id)).toBeGreaterThan(Number(data.logs[0]?.id));
  });

  it('takes parameters, and refuses those that do not fit', async () => {
    const { id } = await start({ document: document('x >= ${least}'), parameters: { least: 3 } });
    expect((await finished(id)).nodes.at(-1)).toMatchObject({ id: 'kept', rowsOut: 1 });
    const wrong = await api.call(workspace.editor, 'startRun', {
      params: { id: pipelineId },
      body: { document: document('x > 1'), parameters: { least: 'three', most: 1 } },
    });
    expect(wrong).toMatchObject({ status: 422, error: { code: 'invalid-parameters' } });
    expect(wrong.error?.issues).toHaveLength(2);
  });

  it('is refused with every fault of its document', async () => {
    const broken = {
      ...document('x > 1'),
      edges: [
        { source: 'kept', target: 'three' },
        { source: 'nowhere', target: 'kept' },
      ],
    };
    const reply = await api.call(workspace.editor, 'startRun', {
      params: { id: pipelineId },
      body: { document: broken },
    });
    expect(reply).toMatchObject({ status: 422, error: { code: 'invalid-document' } });
    expect(reply.error?.issues?.length).toBeGreaterThan(1);
    const unknown = await api.call(workspace.editor, 'startRun', {
      params: { id: pipelineId },
      body: { document: document('x > 1'), to: 'nobody' },
    });
    expect(unknown).toMatchObject({ status: 400, error: { code: 'unknown-node' } });
  });

  it('can run a part', async () => {
    const { id } = await start({ document: document('x > 1'), to: 'three' });
    const run = await finished(id);
    expect(run.to).toBe('three');
    expect(run.nodes.map((node) => node.id)).toEqual(['three']);
  });

  it('fails with the node’s error, and is resumed with the version that ran or the newest', async () => {
    const { id, version } = await start({ document: document("CAST('no' || x AS INTEGER) > 1") });
    const failed = await finished(id);
    expect(failed.status).toBe('failed');
    expect(failed.error).not.toBeNull();
    const again = await api.call(workspace.editor, 'resumeRun', { params: { id }, body: {} });
    expect(again.data).toMatchObject({ trigger: 'resume', resumedFrom: id, version });
    expect((await finished(again.data.id)).status).toBe('failed');

    const { data: pipeline } = await api.call(workspace.editor, 'getPipeline', {
      params: { id: pipelineId },
    });
    await api.call(workspace.editor, 'savePipeline', {
      params: { id: pipelineId },
      body: { revision: pipeline.revision, document: document('x > 2') },
    });
    const mended = await api.call(workspace.editor, 'resumeRun', {
      params: { id },
      body: { version: 'newest' },
    });
    expect(mended.data.version).not.toBe(version);
    expect((await finished(mended.data.id)).status).toBe('succeeded');
    expect(
      await api.call(workspace.editor, 'resumeRun', { params: { id: mended.data.id }, body: {} }),
    ).toMatchObject({ status: 409, error: { code: 'not-resumable' } });
  });

  it('is cancelled in the middle of a statement', async () => {
    const { id } = await start({ document: endless() });
    for await (const message of readEvents(await follow(id))) {
      if (message.data.type === 'node.started' && message.data.nodeId === 'sums') break;
    }
    expect((await api.call(workspace.viewer, 'cancelRun', { params: { id } })).status).toBe(403);
    const asked = Date.now();
    const reply = await api.call(workspace.editor, 'cancelRun', { params: { id } });
    expect(['cancelling', 'cancelled']).toContain(reply.data.status);
    expect((await finished(id)).status).toBe('cancelled');
    expect(Date.now() - asked).toBeLessThan(5000);
  });
});

it('a run of thousands of nodes shows them all, in the order of its document', async () => {
  const nodes = Array.from({ length: 2100 }, (_, index) => ({
    id: `n${index}`,
    type: 'inline-source',
    config: { format: 'csv', content: 'x' },
  }));
  const { data: pipeline } = await api.call(workspace.editor, 'createPipeline', {
    body: { document: { version: 1, name: 'many', nodes, edges: [] } },
  });
  const { sql } = api.supabase;
  const [version] =
    await sql`insert into public.pipeline_versions (workspace_id, pipeline_id, number, document, content_hash)
    select workspace_id, id, 1, draft, 'a-hash-of-this-test-alone' from public.pipelines where id = ${pipeline.id} returning id`;
  const [run] =
    await sql`insert into public.runs (workspace_id, pipeline_id, version_id, trigger, mode, status)
    values (${workspace.id}, ${pipeline.id}, ${String(version?.id)}, 'manual', 'auto', 'failed') returning id`;
  await sql`insert into public.node_runs (workspace_id, run_id, node_id, type, name, status)
    select ${workspace.id}, ${String(run?.id)}, 'n' || i, 'inline-source', 'n', 'succeeded' from generate_series(0, 2099) i`;
  const { data } = await api.call(workspace.viewer, 'getRun', { params: { id: String(run?.id) } });
  expect(data.nodes.map(({ id }) => id)).toEqual(nodes.map(({ id }) => id));
});

describe('the event stream', () => {
  it('tells all in order, numbered, and ends', async () => {
    const { id } = await start({ document: document('x > 1') });
    const answer = await follow(id);
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const messages = await allEvents(answer);
    expect(messages.at(-1)).toEqual({ id: null, event: 'end', data: {} });
    const events = messages.slice(0, -1);
    expect(events[0]?.data.type).toBe('run.started');
    expect(events.at(-1)?.data).toMatchObject({ type: 'run.finished', status: 'succeeded' });
    const ids = events.map((message) => message.id);
    expect(ids).toEqual([...ids].sort((a, b) => Number(a) - Number(b)));
    expect(new Set(ids).size).toBe(ids.length);
    expect(
      events
        .filter(({ data }) => data.type === 'node.finished')
        .map(({ data }) => data.node?.id)
        .sort(),
    ).toEqual(['kept', 'three']);
  });

  it('goes on after the last event that was heard', async () => {
    const { id } = await start({ document: document('x > 1') });
    const whole = await allEvents(await follow(id));
    const third = whole[2]?.id ?? 0;
    const rest = await allEvents(await follow(id, { 'last-event-id': String(third) }));
    expect(rest).toEqual(whole.slice(3));
  });

  it('reaches whoever follows from before the run has begun, as it happens', async () => {
    const { id } = await start({ document: endless() });
    const heard: string[] = [];
    let lateMs = Infinity;
    for await (const { data } of readEvents(await follow(id))) {
      heard.push(data.type ?? '');
      lateMs = Date.now() - Date.parse(data.at ?? '');
      if (data.type === 'node.started' && data.nodeId === 'sums') break;
    }
    expect(heard[0]).toBe('run.started');
    // While the statement runs: the run has not ended, its events are here.
    expect(lateMs).toBeLessThan(5000);
    await api.call(workspace.editor, 'cancelRun', { params: { id } });
    await finished(id);
  });

  it('shows the whole run at once where its events are gone', async () => {
    const { id } = await start({ document: document('x > 1') });
    await finished(id);
    const [copy] = await api.supabase.sql<{ id: string }[]>`
      insert into public.runs (workspace_id, pipeline_id, version_id, status, finished_at)
      select workspace_id, pipeline_id, version_id, 'succeeded', now() from public.runs where id = ${id} returning id`;
    const messages = await allEvents(await follow(copy?.id ?? ''));
    expect(messages.map(({ event }) => event)).toEqual(['snapshot', 'end']);
    expect(messages[0]?.data).toMatchObject({ id: copy?.id, status: 'succeeded', nodes: [] });
  });

  it('is for members only', async () => {
    const { id } = await start({ document: document('x > 1') });
    const stranger = await api.supabase.workspace();
    const answer = await api.raw(stranger.owner, 'followRun', { params: { id } });
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toContain('three');
  });
});

describe('while editing', () => {
  it('binds an unsaved document', async () => {
    const { data } = await api.call(workspace.viewer, 'bind', {
      body: { document: document('x > ${least}') },
    });
    expect(data.faults).toEqual([]);
    expect(data.nodes.find((node) => node.id === 'kept')?.schema).toEqual([{ name: 'x', type: 'BIGINT' }]);
  });

  it('previews a node', async () => {
    const { data } = await api.call(workspace.viewer, 'preview', {
      body: { document: document('x > 1'), nodeId: 'kept' },
    });
    expect(data.output?.rows).toEqual([{ x: 2 }, { x: 3 }]);
  });
});

describe('the list of runs', () => {
  it('is found by pipeline, status and time, page by page', async () => {
    const { data: pipeline } = await api.call(workspace.editor, 'createPipeline', {
      body: { document: document('x > 1') },
    });
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      const { data } = await api.call(workspace.editor, 'startRun', {
        params: { id: pipeline.id },
        body: {},
      });
      ids.unshift(data.id);
    }
    for (const id of ids) await finished(id);
    const list = async (query: Record<string, string | number>) =>
      (await api.call(workspace.viewer, 'listRuns', { query: { pipeline: pipeline.id, ...query } })).data;
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Awaited<ReturnType<typeof list>> = await list({
        limit: 2,
        ...(cursor === '' ? {} : { cursor }),
      });
      seen.push(...page.runs.map((run) => run.id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(ids);
    expect((await list({ status: 'failed' })).runs).toEqual([]);
    expect((await list({ status: 'succeeded' })).runs).toHaveLength(5);
    const third = (await list({})).runs[2];
    expect((await list({ to: third?.queuedAt ?? '' })).runs.map((run) => run.id)).toEqual(ids.slice(3));
    expect((await list({ from: third?.queuedAt ?? '' })).runs.map((run) => run.id)).toEqual(ids.slice(0, 3));
    const bad = await api.call(workspace.viewer, 'listRuns', { query: { cursor: 'x),id.gt.(' } });
    expect(bad.status).toBe(400);
    const listed = await api.call(workspace.viewer, 'getPipeline', { params: { id: pipeline.id } });
    expect(listed.data.lastRun).toMatchObject({ id: ids[0], status: 'succeeded' });
  });
});

describe('schedules', () => {
  it('fire in the runner and run', async () => {
    const { data } = await api.call(workspace.editor, 'createSchedule', {
      body: { pipelineId, cron: '* * * * *' },
    });
    await api.supabase
      .sql`update public.schedules set next_due_at = now() + interval '300 ms' where id = ${data.id}`;
    await api.call(workspace.editor, 'updateSchedule', {
      params: { id: data.id },
      body: { overlap: 'queue' },
    });
    const find = async () =>
      (await api.call(workspace.viewer, 'listSchedules')).data.schedules.find(({ id }) => id === data.id);
    await expect.poll(async () => (await find())?.lastRun?.status, { timeout: 10_000 }).toBe('succeeded');
    await api.call(workspace.editor, 'deleteSchedule', { params: { id: data.id } });
  });
});

describe('when the runner dies', () => {
  it('a run that waits is followed until another takes it', async () => {
    await runner.kill();
    const { id } = await start({ document: document('x > 1') });
    expect((await api.call(workspace.viewer, 'getHealth')).data).toEqual({
      status: 'degraded',
      database: 'ok',
      runner: 'unreachable',
    });
    expect(await api.call(workspace.viewer, 'bind', { body: { document: {} } })).toMatchObject({
      status: 503,
      error: { code: 'runner-away' },
    });
    const messages = allEvents(await follow(id));
    await runner.start();
    expect((await messages).at(-2)?.data).toMatchObject({ type: 'run.finished', status: 'succeeded' });
    expect((await api.call(null, 'getHealth')).data).toEqual({ status: 'ok', database: 'ok', runner: 'ok' });
  });

  it('a run in the middle is shown as interrupted, with what had finished', async () => {
    const { id } = await start({ document: endless() });
    const messages: string[] = [];
    const following = (async () => {
      for await (const { event, data } of readEvents(await follow(id))) {
        messages.push(event === 'run' ? (data.type ?? '') : event);
        if (event === 'snapshot') expect(data).toMatchObject({ id, status: 'interrupted' });
      }
    })();
    await expect.poll(() => messages).toContain('node.started');
    await runner.kill();
    await runner.start();
    await following;
    expect(messages.slice(-2)).toEqual(['snapshot', 'end']);
  });
});

import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { privateTestSupabase, type TestSupabase } from '#server/supabase/testing/test-supabase.ts';
import { DOCUMENT, makeWorld, seedRun, type Actor, type World } from './world.ts';

let supabase: TestSupabase;
let world: World;
beforeAll(async () => {
  supabase = await privateTestSupabase();
});
// A claim takes the oldest run of the whole database: it is this file's own, and each test leaves nothing queued.
const fresh = async () => (world = await makeWorld(supabase));
afterEach(async () => {
  await world.sql`delete from public.workspaces where id = ${world.workspace.id}`;
});

const request = async (actor: Exclude<Actor, 'anonymous'>, more: object = {}) => {
  const { data } = await world.client(actor).rpc('request_run', {
    p_pipeline_id: world.pipelineId,
    p_document: DOCUMENT,
    p_content_hash: 'f'.repeat(64),
    ...more,
  });
  return data as { ok: boolean; code?: string; run_id: string; version_id: string };
};
const runIs = async (id: string) => {
  const [run] = await world.sql`select * from public.runs where id = ${id}`;
  return run ?? {};
};
/** Claims until a run of this world comes, or none is left. */
const claim = async (runner: string) => {
  for (;;) {
    const { data, error } = await supabase.service.rpc('claim_run', { p_runner_id: runner });
    expect(error).toBeNull();
    const claimed = data as { run: { id: string; workspace_id: string }; document: unknown } | null;
    if (!claimed || claimed.run.workspace_id === world.workspace.id) return claimed;
  }
};

describe('asking for a run', () => {
  it('freezes the document as a version and queues, for an editor', async () => {
    await fresh();
    const parameters = { since: '2001-01-01' };
    const asked = await request('editor', { p_parameters: parameters, p_mode: 'duckdb' });
    expect(asked.ok).toBe(true);
    const again = await request('editor');
    expect(again.version_id).toBe(asked.version_id);
    expect(await runIs(asked.run_id)).toMatchObject({
      status: 'queued',
      trigger: 'manual',
      mode: 'duckdb',
      parameters,
      requested_by: world.workspace.editor.id,
      workspace_id: world.workspace.id,
      version_id: asked.version_id,
    });
  });

  it.each([
    ['stranger', 'not-found'],
    ['viewer', 'forbidden'],
  ] as const)('is refused to a %s', async (actor, code) => {
    await fresh();
    expect(await request(actor)).toEqual({ ok: false, code });
    expect(
      await world.sql`select 1 from public.runs where pipeline_id = ${world.pipelineId} and status = 'queued'`,
    ).toHaveLength(0);
  });

  it('takes no version or run of another pipeline, and no schedule’s name', async () => {
    await fresh();
    expect(await request('editor', { p_version_id: randomUUID() })).toEqual({
      ok: false,
      code: 'version-not-found',
    });
    expect(await request('editor', { p_resumed_from: randomUUID() })).toEqual({
      ok: false,
      code: 'run-not-found',
    });
    expect(await request('editor', { p_trigger: 'schedule' })).toEqual({ ok: false, code: 'bad-request' });
  });
});

describe('claiming', () => {
  it('gives each run to one runner, however many claim at once', async () => {
    await fresh();
    const asked = await Promise.all(Array.from({ length: 12 }, () => request('editor')));
    const take = async (runner: string) => {
      const taken: string[] = [];
      for (let one = await claim(runner); one; one = await claim(runner)) taken.push(one.run.id);
      return taken;
    };
    const taken = (await Promise.all(['one', 'two', 'one', 'two'].map(take))).flat();
    expect(taken.toSorted()).toEqual(asked.map(({ run_id }) => run_id).toSorted());
  });

  it('hands over the frozen document and marks the run as running', async () => {
    await fresh();
    const { run_id } = await request('editor');
    expect(await claim('one')).toMatchObject({
      run: { id: run_id, status: 'running', runner_id: 'one' },
      document: DOCUMENT,
      pipeline_name: 'Seed',
    });
    expect(await claim('one')).toBeNull();
  });
});

describe('cancelling', () => {
  it('ends a waiting run at once, and asks a running one', async () => {
    await fresh();
    const running = (await request('editor')).run_id;
    await claim('one');
    const waiting = (await request('editor')).run_id;
    const cancel = async (id: string) =>
      (await world.client('editor').rpc('cancel_run', { p_run_id: id })).data;
    expect(await cancel(waiting)).toEqual({ ok: true, status: 'cancelled' });
    expect(await cancel(running)).toEqual({ ok: true, status: 'cancelling' });
    expect(await claim('two')).toBeNull();
    const beat = await supabase.service.rpc('heartbeat', {
      p_runner_id: 'one',
      p_run_ids: [running, waiting],
    });
    expect(beat.data).toEqual({ cancel: [running], lost: [waiting] });
  });

  it('is refused to a viewer and unknown to a stranger', async () => {
    await fresh();
    const { run_id } = await request('editor');
    const cancel = async (actor: Actor) =>
      (await world.client(actor).rpc('cancel_run', { p_run_id: run_id })).data;
    expect(await cancel('viewer')).toEqual({ ok: false, code: 'forbidden' });
    expect(await cancel('stranger')).toEqual({ ok: false, code: 'not-found' });
    expect(await runIs(run_id)).toMatchObject({ status: 'queued' });
  });
});

describe('a runner that is gone', () => {
  const running = async (status: string, heartbeatSecondsAgo: number) => {
    const id = await seedRun(world.sql, {
      workspaceId: world.workspace.id,
      pipelineId: world.pipelineId,
      versionId: world.versionId,
      status,
    });
    await world.sql`update public.runs set runner_id = 'gone', started_at = now() - interval '1 hour',
      heartbeat_at = now() - make_interval(secs => ${heartbeatSecondsAgo}) where id = ${id}`;
    for (const [node, state] of [
      ['done', 'succeeded'],
      ['busy', 'running'],
      ['later', 'pending'],
    ] as const) {
      await world.sql`insert into public.node_runs (run_id, node_id, workspace_id, type, name, status)
        values (${id}, ${node}, ${world.workspace.id}, 'filter', ${node}, ${state})`;
    }
    return id;
  };
  const nodesOf = async (id: string) => {
    const rows = await world.sql<
      { node_id: string; status: string; code: string | null }[]
    >`select node_id, status, error ->> 'code' as code from public.node_runs where run_id = ${id}`;
    return Object.fromEntries(
      rows.map(({ node_id, status, code }) => [node_id, code ? `${status}: ${code}` : status]),
    );
  };

  it('leaves its runs interrupted, with what had finished', async () => {
    await fresh();
    const [lost, cancelling, alive] = [
      await running('running', 100),
      await running('cancelling', 100),
      await running('running', 1),
    ];
    const { data } = await supabase.service.rpc('reap_interrupted', { p_stale_after_seconds: 60 });
    const reaped = (data as { run_ids: string[] }).run_ids;
    expect(reaped).toEqual(expect.arrayContaining([lost, cancelling]));
    expect(reaped).not.toContain(alive);
    expect(await runIs(lost)).toMatchObject({ status: 'interrupted', error: { code: 'runner-lost' } });
    expect((await runIs(lost)).duration_ms).toBeGreaterThan(3_599_000);
    expect(await nodesOf(lost)).toEqual({ done: 'succeeded', busy: 'failed: runner-lost', later: 'skipped' });
    expect(await runIs(cancelling)).toMatchObject({ status: 'cancelled', error: null });
    expect(await nodesOf(cancelling)).toEqual({ done: 'succeeded', busy: 'cancelled', later: 'skipped' });
    expect(await runIs(alive)).toMatchObject({ status: 'running' });
  });

  it('and is back at once takes its own runs for lost without waiting', async () => {
    await fresh();
    const id = await running('running', 1);
    await supabase.service.rpc('reap_interrupted', { p_stale_after_seconds: 3600, p_runner_id: 'gone' });
    expect(await runIs(id)).toMatchObject({ status: 'interrupted' });
  });
});

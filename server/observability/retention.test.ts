import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { testApi, type TestApi } from '#server/usecases/testing/api.ts';
import { privateTestSupabase, type TestWorkspace } from '#server/supabase/testing/test-supabase.ts';
import { applyRetention } from './retention.ts';

let api: TestApi;
beforeAll(async () => {
  // Retention goes through all workspaces: a database of its own.
  api = await testApi(await privateTestSupabase());
});

/** A workspace with a log line and a run for each number of days ago. */
async function seeded(daysAgo: readonly number[]): Promise<TestWorkspace> {
  const { sql } = api.supabase;
  const workspace = await api.supabase.workspace();
  const [pipelineId, versionId] = [randomUUID(), randomUUID()];
  await sql`insert into public.pipelines (id, workspace_id, name, draft)
    values (${pipelineId}, ${workspace.id}, 'P', '{}')`;
  await sql`insert into public.pipeline_versions (id, workspace_id, pipeline_id, number, document, content_hash)
    values (${versionId}, ${workspace.id}, ${pipelineId}, 1, '{}', ${randomUUID()})`;
  for (const days of daysAgo) {
    await sql`insert into public.runs (workspace_id, pipeline_id, version_id, status, engine, queued_at, finished_at)
      select ${workspace.id}, ${pipelineId}, ${versionId}, 'succeeded', ${String(days)}, at, at
      from (select now() - make_interval(days => ${days}) as at) a`;
    await sql`insert into public.observability_logs (workspace_id, at, level, message)
      values (${workspace.id}, now() - make_interval(days => ${days}), 'info', ${String(days)})`;
  }
  return workspace;
}

/** How many days old what is left is. */
async function left({ id }: TestWorkspace): Promise<{ logs: number[]; runs: number[] }> {
  const { sql } = api.supabase;
  const logs =
    await sql`select message from public.observability_logs where workspace_id = ${id} order by at desc`;
  const runs = await sql`select engine from public.runs where workspace_id = ${id} order by queued_at desc`;
  return { logs: logs.map((row) => Number(row.message)), runs: runs.map((row) => Number(row.engine)) };
}

it('keeps logs as long as each workspace says, else as long as the server does; runs for ever unless told', async () => {
  const [plain, brief, long] = [
    await seeded([5, 20, 40]),
    await seeded([5, 20, 40]),
    await seeded([5, 20, 40]),
  ];
  const set = (workspace: TestWorkspace, body: { logDays: number | null; runDays: number | null }) =>
    api.call(workspace.owner, 'setRetention', { params: { id: workspace.id }, body });
  expect((await set(brief, { logDays: 7, runDays: 30 })).data).toEqual({ logDays: 7, runDays: 30 });
  await set(long, { logDays: 90, runDays: null });
  await applyRetention(api.supabase.service, 30);
  expect(await left(plain)).toEqual({ logs: [5, 20], runs: [5, 20, 40] });
  expect(await left(brief)).toEqual({ logs: [5], runs: [5, 20] });
  expect(await left(long)).toEqual({ logs: [5, 20, 40], runs: [5, 20, 40] });
});

it('keeps the newest run of a pipeline, what has not ended, and what is being resumed', async () => {
  const { sql } = api.supabase;
  const [idle, busy] = [await seeded([100, 200]), await seeded([1, 100, 200, 300])];
  for (const { id } of [idle, busy]) {
    await sql`update public.workspaces set settings = '{"retention": {"runDays": 2}}' where id = ${id}`;
  }
  await sql`update public.runs set status = 'running', finished_at = null
    where workspace_id = ${busy.id} and engine in ('1', '300')`;
  await sql`update public.runs set resumed_from =
      (select id from public.runs where workspace_id = ${busy.id} and engine = '100')
    where workspace_id = ${busy.id} and engine = '1'`;
  await applyRetention(api.supabase.service, 365);
  expect((await left(idle)).runs).toEqual([100]);
  expect((await left(busy)).runs).toEqual([1, 100, 300]);
});

it('deletes in parts until nothing is left to delete', async () => {
  const { sql, service } = api.supabase;
  // What the tests before left is none of this one's.
  await applyRetention(service, 30);
  const workspace = await seeded([1, 50, 60, 70]);
  await sql`update public.workspaces set settings = '{"retention": {"runDays": 2}}' where id = ${workspace.id}`;
  const part = { p_log_days: 30, p_logs_at_once: 2, p_runs_at_once: 2 };
  const parts = [await service.rpc('apply_retention', part), await service.rpc('apply_retention', part)];
  expect(parts.map(({ data }) => data)).toEqual([
    { logs: 2, runs: 2 },
    { logs: 1, runs: 1 },
  ]);
  expect(await left(workspace)).toEqual({ logs: [1], runs: [1] });
});

it('is not stopped by a setting that is no number of days', async () => {
  const { sql } = api.supabase;
  const [odd, other] = [await seeded([5, 40]), await seeded([5, 40])];
  await sql`update public.workspaces set settings = '{"retention": {"logDays": "soon", "runDays": -1e9}}'
    where id = ${odd.id}`;
  await applyRetention(api.supabase.service, 30);
  expect(await left(odd)).toEqual({ logs: [5], runs: [5, 40] });
  expect((await left(other)).logs).toEqual([5]);
  const read = await api.call(odd.viewer, 'getRetention', { params: { id: odd.id } });
  expect(read.data).toEqual({ logDays: null, runDays: null });
});

it('is the owners’ to set, within bounds, and leaves other settings alone', async () => {
  const { sql } = api.supabase;
  const workspace = await seeded([]);
  await sql`update public.workspaces set settings = '{"kept": true}' where id = ${workspace.id}`;
  const params = { id: workspace.id };
  const set = (user: TestWorkspace['owner'], logDays: number) =>
    api.call(user, 'setRetention', { params, body: { logDays, runDays: null } });
  expect((await set(workspace.editor, 3)).status).toBe(403);
  expect((await set(workspace.owner, 0)).status).toBe(400);
  const around = await workspace.editor.client.rpc('set_retention', {
    p_workspace_id: params.id,
    p_log_days: 3,
  });
  expect(around.data).toEqual({ ok: false, code: 'not-found' });
  expect((await set(workspace.owner, 3)).status).toBe(200);
  const [row] = await sql`select settings from public.workspaces where id = ${workspace.id}`;
  expect(row?.settings).toEqual({ kept: true, retention: { logDays: 3 } });
  expect((await api.call(workspace.viewer, 'getRetention', { params })).data).toEqual({
    logDays: 3,
    runDays: null,
  });
});

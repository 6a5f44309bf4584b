import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TestWorkspace } from '#server/supabase/testing/test-supabase.ts';
import { testApi, type TestApi } from './testing/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});

/** A pipeline with a version, and a way to add finished runs to it. */
async function newPipeline(workspace: TestWorkspace) {
  const { sql } = api.supabase;
  const [pipelineId, versionId] = [randomUUID(), randomUUID()];
  await sql`insert into public.pipelines (id, workspace_id, name, draft)
    values (${pipelineId}, ${workspace.id}, 'P', '{}')`;
  await sql`insert into public.pipeline_versions (id, workspace_id, pipeline_id, number, document, content_hash)
    values (${versionId}, ${workspace.id}, ${pipelineId}, 1, '{}', ${randomUUID()})`;
  /** `times` runs, a millisecond apart, the last of them at the instant. */
  const add = async (status: string, at: Date, { durationMs = 100, times = 1 } = {}) => {
    await sql`insert into public.runs
        (workspace_id, pipeline_id, version_id, status, queued_at, finished_at, duration_ms)
      select ${workspace.id}, ${pipelineId}, ${versionId}, ${status}, at, at, ${durationMs}
      from generate_series(0, ${times - 1}) n,
        lateral (select ${at.toISOString()}::timestamptz - make_interval(secs => n / 1000.0) as at) a`;
  };
  return { pipelineId, add };
}

/** Noon of a day in UTC, some days ago. */
function noon(daysAgo: number): Date {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() - daysAgo, 12));
}
const dayOf = (instant: Date) => instant.toISOString().slice(0, 10);

describe('history', () => {
  it('counts all runs of each day, however many, and takes the middle of what succeeded', async () => {
    const workspace = await api.supabase.workspace();
    const { pipelineId, add } = await newPipeline(workspace);
    await add('succeeded', noon(2), { durationMs: 10, times: 3000 });
    await add('succeeded', noon(1), { durationMs: 30 });
    await add('succeeded', noon(1), { durationMs: 50 });
    await add('failed', noon(1), { durationMs: 9000 });
    await add('interrupted', noon(1));
    await add('cancelled', noon(1));
    await add('succeeded', noon(40));
    const { data } = await api.call(workspace.viewer, 'getRunHistory');
    expect(data.days).toEqual([
      { day: dayOf(noon(2)), succeeded: 3000, failed: 0, cancelled: 0, medianMs: 10 },
      { day: dayOf(noon(1)), succeeded: 2, failed: 2, cancelled: 1, medianMs: 40 },
    ]);
    expect(data.all).toEqual({ succeeded: 3002, failed: 2, cancelled: 1, medianMs: 10 });
    const [strip] = data.pipelines;
    expect(strip?.pipelineId).toBe(pipelineId);
    expect(strip?.runs.map(({ status }) => status).toSorted()).toEqual(
      [
        ...Array<string>(5).fill('succeeded'),
        'succeeded',
        'succeeded',
        'failed',
        'interrupted',
        'cancelled',
      ].toSorted(),
    );
    expect(strip?.runs.map(({ queuedAt }) => queuedAt)).toEqual(
      strip?.runs.map(({ queuedAt }) => queuedAt).toSorted(),
    );
  });

  it('has the days of the caller’s calendar', async () => {
    const workspace = await api.supabase.workspace();
    const { add } = await newPipeline(workspace);
    // Half an hour before midnight in UTC is the next day in Berlin, at any time of the year.
    const late = new Date(noon(3).getTime() + 11.5 * 3_600_000);
    await add('succeeded', late);
    const days = async (timeZone: string) =>
      (await api.call(workspace.viewer, 'getRunHistory', { query: { timeZone } })).data.days.map(
        ({ day }) => day,
      );
    expect(await days('UTC')).toEqual([dayOf(noon(3))]);
    expect(await days('Europe/Berlin')).toEqual([dayOf(noon(2))]);
    expect(
      await api.call(workspace.viewer, 'getRunHistory', { query: { timeZone: 'Mars/Olympus' } }),
    ).toMatchObject({ status: 400, error: { code: 'unknown-time-zone' } });
  });

  it('tells a stranger nothing, also one who asks the database itself', async () => {
    const [workspace, other] = [await api.supabase.workspace(), await api.supabase.workspace()];
    await (await newPipeline(workspace)).add('succeeded', noon(1));
    const ask = async (client: TestWorkspace['owner']['client']) =>
      (await client.rpc('run_history', { p_workspace_id: workspace.id, p_days: 30, p_time_zone: 'UTC' }))
        .data;
    expect(await ask(workspace.viewer.client)).toMatchObject({ all: { succeeded: 1 } });
    expect(await ask(other.owner.client)).toEqual({
      ok: true,
      days: [],
      all: { succeeded: 0, failed: 0, cancelled: 0, medianMs: null },
      pipelines: [],
    });
  });
});

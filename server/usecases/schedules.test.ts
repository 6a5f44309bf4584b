import { beforeAll, describe, expect, it } from 'vitest';
import type { TestWorkspace } from '#server/supabase/testing/test-supabase.ts';
import { testApi, type TestApi } from './testing/api.ts';

let api: TestApi;
let workspace: TestWorkspace;
let pipelineId: string;
beforeAll(async () => {
  api = await testApi();
  workspace = await api.supabase.workspace();
  pipelineId = await pipeline();
});

async function pipeline(nodes: unknown[] = []): Promise<string> {
  const document = {
    version: 1,
    name: 'Daily',
    parameters: { day: { type: 'date', default: '2026-01-01' } },
    nodes,
    edges: [],
  };
  return (await api.call(workspace.editor, 'createPipeline', { body: { document } })).data.id;
}
const create = (body: Record<string, unknown> = {}) =>
  api.call(workspace.editor, 'createSchedule', {
    body: { pipelineId, cron: '30 7 * * 1-5', timeZone: 'Europe/Berlin', ...body },
  });

/** The time in Berlin, as a wall shows it. */
const inBerlin = (instant: string) =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/Berlin',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(new Date(instant));

describe('schedules', () => {
  it('says its time in words and the next five', async () => {
    const { status, data } = await create();
    expect(status).toBe(200);
    expect(data).toMatchObject({
      pipelineName: 'Daily',
      sentence: 'At 07:30, Monday through Friday',
      enabled: true,
      overlap: 'skip',
      catchUp: false,
      version: null,
      ownerId: workspace.editor.id,
      lastRun: null,
      lastSkip: null,
    });
    expect(data.nextRuns).toHaveLength(5);
    expect(Date.parse(data.nextRuns[0] ?? '')).toBe(Date.parse(data.nextDue ?? ''));
    for (const instant of data.nextRuns) expect(inBerlin(instant)).toMatch(/^(Mon|Tue|Wed|Thu|Fri),? 07:30$/);
    const times = data.nextRuns.map((instant) => Date.parse(instant));
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThan(Date.now());
  });

  it('publishes the draft of a pipeline that was never published', async () => {
    const id = await pipeline();
    await create({ pipelineId: id });
    expect((await api.call(workspace.viewer, 'getPipeline', { params: { id } })).data.liveVersion).toBe(1);
  });

  it('refuses a pipeline that cannot run, and says why', async () => {
    const id = await pipeline([{ id: 'a', type: 'no-such-type', config: {} }]);
    expect(await create({ pipelineId: id })).toMatchObject({
      status: 422,
      error: { code: 'invalid-document' },
    });
    expect((await api.call(workspace.viewer, 'getPipeline', { params: { id } })).data.liveVersion).toBeNull();
  });

  it.each([
    [{ cron: '* * * * * *' }, 'bad-cron'],
    [{ cron: '61 * * * *' }, 'bad-cron'],
    [{ cron: '0 0 31 2 *' }, 'bad-cron'],
    [{ timeZone: 'Mars/Base' }, 'bad-time-zone'],
    [{ parameters: { day: 'soon' } }, 'invalid-parameters'],
    [{ parameters: { month: 1 } }, 'invalid-parameters'],
    [{ version: 99 }, 'not-found'],
    [{ overlap: 'whatever' }, 'invalid-request'],
  ])('refuses %j', async (body, code) => {
    expect((await create(body)).error?.code).toBe(code);
  });

  it('pauses, goes on and changes', async () => {
    const { id } = (await create()).data;
    const update = async (body: unknown) =>
      (await api.call(workspace.editor, 'updateSchedule', { params: { id }, body })).data;
    expect(await update({ enabled: false })).toMatchObject({ enabled: false, nextDue: null, nextRuns: [] });
    expect((await update({ enabled: true })).nextDue).not.toBeNull();
    const changed = await update({
      cron: '0 * * * *',
      timeZone: 'UTC',
      overlap: 'queue',
      catchUp: true,
      parameters: { day: '2026-02-03' },
    });
    expect(changed).toMatchObject({
      sentence: 'Every hour',
      overlap: 'queue',
      catchUp: true,
      parameters: { day: '2026-02-03' },
    });
    expect(Date.parse(changed.nextDue ?? '') - Date.now()).toBeLessThanOrEqual(3_600_000);
    const fixed = await update({ version: 1 });
    expect(fixed.version).toBe(1);
    expect((await update({ version: null })).version).toBeNull();
    const bad = await api.call(workspace.editor, 'updateSchedule', {
      params: { id },
      body: { parameters: { day: 'soon' } },
    });
    expect(bad.status).toBe(422);
    expect((await api.call(workspace.editor, 'updateSchedule', { params: { id }, body: {} })).status).toBe(
      400,
    );
  });

  it('keeps the due time of a schedule whose time was not touched', async () => {
    const { id, nextDue } = (await create()).data;
    const { data } = await api.call(workspace.editor, 'updateSchedule', {
      params: { id },
      body: { overlap: 'queue' },
    });
    expect(data.nextDue).toBe(nextDue);
  });

  it('shows the last run and why a time was left out', async () => {
    const { id } = (await create()).data;
    const due = '2026-01-05T06:30:00+00:00';
    await api.supabase.sql`update public.schedules set next_due_at = ${due} where id = ${id}`;
    const fire = (missed: boolean, dueAt: string, next: string) =>
      api.supabase.service.rpc('fire_schedule', {
        p_schedule_id: id,
        p_due_at: dueAt,
        p_missed: missed,
        p_next_due_at: next,
      });
    await fire(false, due, '2026-01-06T06:30:00+00:00');
    const find = async () =>
      (await api.call(workspace.viewer, 'listSchedules')).data.schedules.find((one) => one.id === id);
    const fired = await find();
    expect(fired).toMatchObject({ lastRun: { status: 'queued' }, lastSkip: null });
    const run = await api.call(workspace.viewer, 'getRun', { params: { id: fired?.lastRun?.id ?? '' } });
    expect(run.data).toMatchObject({ trigger: 'schedule', scheduleId: id });
    expect(Date.parse(run.data.dueAt ?? '')).toBe(Date.parse(due));

    await fire(true, '2026-01-06T06:30:00+00:00', '2036-01-07T06:30:00+00:00');
    expect((await find())?.lastSkip?.reason).toBe('Sluice was not running at that time');
    const runs = await api.call(workspace.viewer, 'listRuns', { query: { schedule: id } });
    expect(runs.data.runs).toHaveLength(1);
  });

  it('spoils no list by one that cannot be read', async () => {
    const { id } = (await create()).data;
    await api.supabase.sql`update public.schedules set cron = 'at noon' where id = ${id}`;
    const { data } = await api.call(workspace.viewer, 'listSchedules');
    expect(data.schedules.find((one) => one.id === id)).toMatchObject({ cron: 'at noon', nextRuns: [] });
  });

  it('lets viewers look and not touch; deletes', async () => {
    const { id } = (await create()).data;
    const params = { id };
    const given = { pipelineId, cron: '* * * * *' };
    expect((await api.call(workspace.viewer, 'createSchedule', { body: given })).status).toBe(403);
    expect(
      (await api.call(workspace.viewer, 'updateSchedule', { params, body: { enabled: false } })).status,
    ).toBe(403);
    expect((await api.call(workspace.viewer, 'deleteSchedule', { params })).status).toBe(403);
    expect((await api.call(workspace.editor, 'deleteSchedule', { params })).status).toBe(200);
    expect((await api.call(workspace.editor, 'deleteSchedule', { params })).status).toBe(404);
  });
});

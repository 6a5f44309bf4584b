import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  privateTestSupabase,
  type TestSupabase,
  type TestWorkspace,
} from '#server/supabase/testing/test-supabase.ts';
import { startScheduler, type Scheduler } from './scheduler.ts';

let supabase: TestSupabase;
let workspace: TestWorkspace;
const running: Scheduler[] = [];
beforeAll(async () => {
  supabase = await privateTestSupabase();
  workspace = await supabase.workspace();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((scheduler) => scheduler.stop()));
});

interface Wish {
  dueAt: Date;
  overlap?: 'skip' | 'queue';
  catchUp?: boolean;
  enabled?: boolean;
  live?: boolean;
  mode?: string;
}

/** A schedule of every minute with a given due time, of a pipeline with one version. */
async function schedule(wish: Wish): Promise<{ id: string; pipelineId: string; versionId: string }> {
  const { sql } = supabase;
  const [pipelineId, versionId, id] = [randomUUID(), randomUUID(), randomUUID()];
  const document = { version: 1, name: 'P', settings: { mode: wish.mode ?? 'auto' }, nodes: [], edges: [] };
  await sql`insert into public.pipelines (id, workspace_id, name, draft) values (${pipelineId}, ${workspace.id}, 'P', ${sql.json(document)})`;
  await sql`insert into public.pipeline_versions (id, workspace_id, pipeline_id, number, document, content_hash)
    values (${versionId}, ${workspace.id}, ${pipelineId}, 1, ${sql.json(document)}, ${randomUUID()})`;
  if (wish.live ?? true)
    await sql`update public.pipelines set live_version_id = ${versionId} where id = ${pipelineId}`;
  await sql`insert into public.schedules (id, workspace_id, pipeline_id, name, cron, enabled, overlap, catch_up, parameters, owner_id, next_due_at)
    values (${id}, ${workspace.id}, ${pipelineId}, 'S', '* * * * *', ${wish.enabled ?? true}, ${wish.overlap ?? 'skip'},
      ${wish.catchUp ?? false}, ${sql.json({ since: '2026-01-01' })}, ${workspace.owner.id}, ${wish.dueAt})`;
  return { id, pipelineId, versionId };
}

function start(): { scheduler: Scheduler; wakes: () => number } {
  let wakes = 0;
  const quiet = () => undefined;
  const scheduler = startScheduler({
    service: supabase.service,
    wake: () => {
      wakes += 1;
    },
    log: { info: quiet, warn: quiet },
  });
  running.push(scheduler);
  return { scheduler, wakes: () => wakes };
}

const runsOf = (scheduleId: string) =>
  supabase.sql`select * from public.runs where schedule_id = ${scheduleId} order by due_at`;
interface ScheduleState {
  next_due_at: Date | null;
  last_run_id: string | null;
  skipped_reason: string | null;
}
const row = async (scheduleId: string) =>
  (await supabase.sql<ScheduleState[]>`select * from public.schedules where id = ${scheduleId}`)[0];
const ago = (seconds: number) => new Date(Date.now() - seconds * 1000);

describe('the scheduler', () => {
  it('fires what is due, moves on to the next minute and wakes the runner', async () => {
    const { id, versionId } = await schedule({ dueAt: ago(2), mode: 'memory' });
    const before = Date.now();
    const { wakes } = start();
    await expect.poll(() => runsOf(id)).toHaveLength(1);
    const [run] = await runsOf(id);
    expect(run).toMatchObject({
      status: 'queued',
      trigger: 'schedule',
      version_id: versionId,
      mode: 'memory',
      parameters: { since: '2026-01-01' },
      requested_by: workspace.owner.id,
    });
    await expect.poll(wakes).toBeGreaterThan(0);
    const { next_due_at, last_run_id } = (await row(id)) ?? {};
    expect(last_run_id).toBe(run?.id);
    expect((next_due_at as Date).getTime() % 60_000).toBe(0);
    expect((next_due_at as Date).getTime()).toBeGreaterThan(before);
    expect((next_due_at as Date).getTime()).toBeLessThanOrEqual(Date.now() + 60_000);
  });

  it('fires at the due time, not before', async () => {
    const due = new Date(Date.now() + 1200);
    const { id } = await schedule({ dueAt: due });
    start();
    await expect.poll(() => runsOf(id), { timeout: 5000, interval: 30 }).toHaveLength(1);
    const [run] = await runsOf(id);
    const late = (run?.queued_at as Date).getTime() - due.getTime();
    expect(late).toBeGreaterThanOrEqual(-5);
    expect(late).toBeLessThan(1500);
  });

  it('hears of a schedule that was made later', async () => {
    const { scheduler } = start();
    const { id } = await schedule({ dueAt: ago(1) });
    scheduler.reschedule();
    await expect.poll(() => runsOf(id)).toHaveLength(1);
  });

  it('fires each once, however many look', async () => {
    const made = await Promise.all(Array.from({ length: 12 }, () => schedule({ dueAt: ago(3) })));
    for (let count = 0; count < 4; count += 1) start();
    for (const { id } of made) await expect.poll(() => runsOf(id)).toHaveLength(1);
    await Promise.all(running.splice(0).map((scheduler) => scheduler.stop()));
    for (const { id } of made) expect(await runsOf(id)).toHaveLength(1);
  });

  it('leaves paused ones alone', async () => {
    const { id } = await schedule({ dueAt: ago(2), enabled: false });
    const { id: witness } = await schedule({ dueAt: ago(1) });
    start();
    await expect.poll(() => runsOf(witness)).toHaveLength(1);
    expect(await runsOf(id)).toHaveLength(0);
  });

  it('makes good a time missed while nothing ran, once, where the schedule says so', async () => {
    const caught = await schedule({ dueAt: ago(3600), catchUp: true });
    const left = await schedule({ dueAt: ago(3600), catchUp: false });
    start();
    await expect
      .poll(() => row(left.id).then((found) => found?.skipped_reason))
      .toBe('Sluice was not running at that time');
    await expect.poll(() => runsOf(caught.id)).toHaveLength(1);
    expect(await runsOf(left.id)).toHaveLength(0);
    for (const { id } of [caught, left]) {
      expect(((await row(id))?.next_due_at as Date).getTime()).toBeGreaterThan(Date.now() - 1000);
    }
  });

  it('says why nothing ran when no version is live', async () => {
    const { id } = await schedule({ dueAt: ago(2), live: false });
    start();
    await expect
      .poll(() => row(id).then((found) => found?.skipped_reason))
      .toBe('no version of the pipeline is live');
    expect(await runsOf(id)).toHaveLength(0);
  });

  it('stops a schedule whose time cannot be read, and fires the others', async () => {
    const broken = await schedule({ dueAt: ago(5) });
    await supabase.sql`update public.schedules set cron = 'at noon' where id = ${broken.id}`;
    const { id } = await schedule({ dueAt: ago(2) });
    start();
    await expect.poll(() => runsOf(id)).toHaveLength(1);
    expect((await row(broken.id))?.next_due_at).toBeNull();
  });
});

describe('when the run before has not ended', () => {
  const again = async (id: string) => {
    await supabase.sql`update public.schedules set next_due_at = ${ago(1)} where id = ${id}`;
  };

  it('leaves the time out', async () => {
    const { id } = await schedule({ dueAt: ago(10), overlap: 'skip' });
    const { scheduler } = start();
    await expect.poll(() => runsOf(id)).toHaveLength(1);
    await again(id);
    scheduler.reschedule();
    await expect
      .poll(() => row(id).then((found) => found?.skipped_reason))
      .toBe('the run before had not ended');
    expect(await runsOf(id)).toHaveLength(1);

    await supabase.sql`update public.runs set status = 'succeeded' where schedule_id = ${id}`;
    await again(id);
    scheduler.reschedule();
    await expect.poll(() => runsOf(id)).toHaveLength(2);
    expect((await row(id))?.skipped_reason).toBeNull();
  });

  it('or queues, and hands out one at a time', async () => {
    const { id } = await schedule({ dueAt: ago(10), overlap: 'queue' });
    const { scheduler } = start();
    await expect.poll(() => runsOf(id)).toHaveLength(1);
    await again(id);
    scheduler.reschedule();
    await expect.poll(() => runsOf(id)).toHaveLength(2);
    const [first, second] = await runsOf(id);

    // Other tests left runs that wait as well: claim until nothing does.
    const claimAll = async () => {
      const claimed: string[] = [];
      for (;;) {
        const { data } = await supabase.service.rpc('claim_run', { p_runner_id: 'test-scheduler' });
        if (!data) return claimed;
        claimed.push((data as { run: { id: string } }).run.id);
      }
    };
    const one = (await Promise.all([claimAll(), claimAll(), claimAll()])).flat();
    expect(one).toContain(first?.id);
    expect(one).not.toContain(second?.id);
    await supabase.sql`update public.runs set status = 'failed' where id = ${first?.id as string}`;
    expect(await claimAll()).toContain(second?.id);
  });
});

import { nextTime } from '#lib/schedules/cron.ts';
import type { ServiceClient } from '#server/supabase/service-client.ts';

// Later than this, and the time passed while nothing was running (or the machine slept); `catch_up` then decides.
// Shorter than a minute, so that a restart of a minute's schedule neither doubles nor drops one of its runs.
const MISSED_AFTER_MS = 55_000;
// A change that nobody told us of is seen after this long. Nothing runs late by it unless the telling failed.
const LOOK_AGAIN_MS = 60_000;
// The database is away: soon again, without hammering it.
const RETRY_MS = 5_000;
const BATCH = 100;

export interface SchedulerLog {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, error: unknown): void;
}

export interface SchedulerOptions {
  service: ServiceClient;
  /** Called after runs were queued, so that a runner claims them now. */
  wake: () => void;
  log: SchedulerLog;
}

export interface Scheduler {
  /** A schedule was made or changed: look at once which is due next. */
  reschedule(): void;
  /** Ends the timer and waits for a firing under way. */
  stop(): Promise<void>;
}

interface DueSchedule {
  id: string;
  cron: string;
  time_zone: string;
  next_due_at: string;
}

/**
 * Fires schedules as they come due: one timer, set to the earliest due time. Any number of processes may run one,
 * because the database decides who fires (supabase/migrations/0100_schedules.sql).
 */
export function startScheduler(options: SchedulerOptions): Scheduler {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let again = false;
  let underWay: Promise<void> | undefined;

  const look = () => {
    if (stopped) return;
    if (underWay) {
      again = true;
      return;
    }
    clearTimeout(timer);
    underWay = round();
  };

  const round = async () => {
    let waitMs: number;
    try {
      waitMs = await fireAndWait(options);
    } catch (error) {
      options.log.warn('The schedules could not be read; trying again.', error);
      waitMs = RETRY_MS;
    }
    underWay = undefined;
    if (again) waitMs = 0;
    again = false;
    if (!stopped) timer = setTimeout(look, waitMs);
  };

  look();
  return {
    reschedule: look,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await underWay;
    },
  };
}

/** Fires all that is due and answers for how long nothing will be, in milliseconds. */
async function fireAndWait(options: SchedulerOptions): Promise<number> {
  let queued = 0;
  for (;;) {
    const due = await dueSchedules(options.service);
    for (const schedule of due) if (await fire(options, schedule)) queued += 1;
    if (due.length < BATCH) break;
  }
  if (queued > 0) options.wake();
  const next = await options.service
    .from('schedules')
    .select('next_due_at')
    .eq('enabled', true)
    .not('next_due_at', 'is', null)
    .order('next_due_at')
    .limit(1)
    .throwOnError();
  const at = next.data[0]?.next_due_at;
  return at ? Math.min(Math.max(Date.parse(at) - Date.now(), 0), LOOK_AGAIN_MS) : LOOK_AGAIN_MS;
}

async function dueSchedules(service: ServiceClient): Promise<DueSchedule[]> {
  const { data } = await service
    .from('schedules')
    .select('id, cron, time_zone, next_due_at')
    .eq('enabled', true)
    .lte('next_due_at', new Date().toISOString())
    .order('next_due_at')
    .limit(BATCH)
    .throwOnError();
  return data as DueSchedule[];
}

/** True when this process queued the run: another may have been faster, or the schedule leaves this time out. */
async function fire({ service, log }: SchedulerOptions, schedule: DueSchedule): Promise<boolean> {
  const now = new Date();
  const { data } = await service
    .rpc('fire_schedule', {
      p_schedule_id: schedule.id,
      p_due_at: schedule.next_due_at,
      p_next_due_at: nextDue(schedule, now, log)?.toISOString() ?? null,
      p_missed: now.getTime() - Date.parse(schedule.next_due_at) > MISSED_AFTER_MS,
    })
    .throwOnError();
  const answer = data as { fired: boolean; run_id: string | null; reason: string | null };
  if (answer.fired) log.info('A schedule queued a run.', { scheduleId: schedule.id, runId: answer.run_id });
  else if (answer.reason)
    log.info('A schedule left a time out.', { scheduleId: schedule.id, reason: answer.reason });
  return answer.fired;
}

function nextDue(schedule: DueSchedule, now: Date, log: SchedulerLog): Date | null {
  try {
    return nextTime({ cron: schedule.cron, timeZone: schedule.time_zone }, now);
  } catch (error) {
    // Written past the API, or by a version that knew this zone: it must not hold up the others.
    log.warn(`The time of schedule ${schedule.id} cannot be read; it stops.`, error);
    return null;
  }
}

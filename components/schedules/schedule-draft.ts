import type { CreateScheduleRequest, Schedule } from '#lib/contracts/schedules.ts';
import type { AppError } from '#lib/errors/app-error.ts';
import { toAppError } from '#lib/errors/app-error.ts';
import { checkCron, cronSentence, nextTimes } from '#lib/schedules/cron.ts';

/** A schedule while it is being written. */
export type ScheduleDraft = Required<CreateScheduleRequest>;

export function newDraft(pipelineId: string, timeZone: string): ScheduleDraft {
  return {
    pipelineId,
    cron: '0 7 * * *',
    timeZone,
    enabled: true,
    overlap: 'skip',
    catchUp: false,
    parameters: {},
    version: null,
  };
}

export function draftOf(schedule: Schedule): ScheduleDraft {
  const { pipelineId, cron, timeZone, enabled, overlap, catchUp, parameters, version } = schedule;
  return { pipelineId, cron, timeZone, enabled, overlap, catchUp, parameters, version };
}

/** What a cron time means: in words and as the next times, or what is wrong with it. */
export type CronReading = { ok: true; sentence: string; next: Date[] } | { ok: false; error: AppError };

const SHOWN_TIMES = 5;

export function readCron(cron: string, timeZone: string, now: Date): CronReading {
  try {
    checkCron({ cron, timeZone }, now);
    return { ok: true, sentence: cronSentence(cron), next: nextTimes({ cron, timeZone }, now, SHOWN_TIMES) };
  } catch (error) {
    return { ok: false, error: toAppError(error) };
  }
}

/** The zones that the browser knows, UTC first. */
export function timeZones(): string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];
}

import type { LastRun } from '#lib/contracts/pipelines.ts';
import type { RunHistory, RunSummary } from '#lib/contracts/runs.ts';

/** What ended on one day of the viewer's calendar. */
export interface DayBucket {
  /** The day's first instant. */
  day: Date;
  succeeded: number;
  /** Failed or interrupted. */
  failed: number;
  cancelled: number;
  /** Median duration of the runs that succeeded; null where none did. */
  medianMs: number | null;
}

export interface HistorySummary {
  total: number;
  succeeded: number;
  failed: number;
  medianMs: number | null;
}

/** Midnight at the start of the day that many days before the instant's own, in local time. */
export function startOfDay(instant: Date, daysBefore = 0): Date {
  return new Date(instant.getFullYear(), instant.getMonth(), instant.getDate() - daysBefore);
}

/** `2025-03-12`, in local time. */
function dateKey(day: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** One bucket per day up to today, the oldest first; days without runs are there too. */
export function dayBuckets(history: RunHistory, now: Date, length: number): DayBucket[] {
  const counted = new Map(history.days.map((day) => [day.day, day]));
  return Array.from({ length }, (_, index) => {
    const day = startOfDay(now, length - 1 - index);
    const { succeeded = 0, failed = 0, cancelled = 0, medianMs = null } = counted.get(dateKey(day)) ?? {};
    return { day, succeeded, failed, cancelled, medianMs };
  });
}

/** The whole of the history in four numbers. Cancelled runs say nothing about success. */
export function summarise({ all }: RunHistory): HistorySummary {
  return {
    total: all.succeeded + all.failed,
    succeeded: all.succeeded,
    failed: all.failed,
    medianMs: all.medianMs,
  };
}

const STRIP_LENGTH = 10;

/**
 * The newest runs of each pipeline, oldest first, as many as a strip shows. `recent` is read more often than the history
 * and is the truth where both have a run.
 */
export function stripsByPipeline(
  history: RunHistory | undefined,
  recent: readonly RunSummary[] = [],
): Map<string, LastRun[]> {
  const strips = new Map<string, LastRun[]>();
  for (const { pipelineId, runs } of history?.pipelines ?? []) strips.set(pipelineId, runs);
  for (const pipelineId of new Set(recent.map((run) => run.pipelineId))) {
    const newer = recent.filter((run) => run.pipelineId === pipelineId);
    const known = new Set(newer.map((run) => run.id));
    const older = (strips.get(pipelineId) ?? []).filter((run) => !known.has(run.id));
    const all = [...older, ...newer].sort(
      (one, other) => Date.parse(one.queuedAt) - Date.parse(other.queuedAt),
    );
    strips.set(pipelineId, all.slice(-STRIP_LENGTH));
  }
  return strips;
}

/** When the last of the runs ended; empty where none has. */
export function lastEnd(runs: readonly RunSummary[]): string {
  const ends = runs.flatMap(({ finishedAt }) => (finishedAt === null ? [] : [finishedAt]));
  return ends.sort((one, other) => Date.parse(one) - Date.parse(other)).at(-1) ?? '';
}

/** Failures that ended after the person last looked, the newest first. */
export function failedSince(runs: readonly RunSummary[], lookedAt: string | null): RunSummary[] {
  return runs
    .filter(
      ({ status, finishedAt }) =>
        (status === 'failed' || status === 'interrupted') &&
        finishedAt !== null &&
        (lookedAt === null || Date.parse(finishedAt) > Date.parse(lookedAt)),
    )
    .sort((one, other) => Date.parse(other.finishedAt ?? '') - Date.parse(one.finishedAt ?? ''));
}

import type { RunSummary } from '#lib/contracts/runs.ts';

const HISTORY_DAYS = 30;
const DAY_MS = 86_400_000;

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

/** Midnight at the start of the instant's day, in local time. */
function startOfDay(instant: Date): Date {
  return new Date(instant.getFullYear(), instant.getMonth(), instant.getDate());
}

/** The first instant that the history reaches back to. */
export function historyStart(now: Date): Date {
  const today = startOfDay(now);
  return new Date(today.getFullYear(), today.getMonth(), today.getDate() - (HISTORY_DAYS - 1));
}

const isFailure = (run: RunSummary) => run.status === 'failed' || run.status === 'interrupted';

/** The middle value, or the mean of the two in the middle; null of nothing. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

const durationsOf = (runs: readonly RunSummary[]) =>
  runs.flatMap((run) => (run.status === 'succeeded' && run.durationMs !== null ? [run.durationMs] : []));

/** One bucket per day, the oldest first; days without runs are there too. */
export function dayBuckets(runs: readonly RunSummary[], now: Date): DayBucket[] {
  const start = historyStart(now);
  const byDay = Array.from({ length: HISTORY_DAYS }, (): RunSummary[] => []);
  for (const run of runs) {
    if (run.finishedAt === null) continue;
    // Rounded, because a day on which the clocks change has 23 or 25 hours.
    const index = Math.round((startOfDay(new Date(run.finishedAt)).getTime() - start.getTime()) / DAY_MS);
    byDay[index]?.push(run);
  }
  return byDay.map((day, index) => ({
    day: new Date(start.getFullYear(), start.getMonth(), start.getDate() + index),
    succeeded: day.filter((run) => run.status === 'succeeded').length,
    failed: day.filter(isFailure).length,
    cancelled: day.filter((run) => run.status === 'cancelled').length,
    medianMs: median(durationsOf(day)),
  }));
}

/** The whole of the history in four numbers. Cancelled runs say nothing about success. */
export function summarise(runs: readonly RunSummary[]): HistorySummary {
  const succeeded = runs.filter((run) => run.status === 'succeeded').length;
  const failed = runs.filter(isFailure).length;
  return { total: succeeded + failed, succeeded, failed, medianMs: median(durationsOf(runs)) };
}

/** The newest runs of each pipeline, oldest first, as many as a strip shows. `runs` come newest first. */
export function stripsByPipeline(runs: readonly RunSummary[], length = 10): Map<string, RunSummary[]> {
  const strips = new Map<string, RunSummary[]>();
  for (const run of runs) {
    const strip = strips.get(run.pipelineId) ?? [];
    if (strip.length < length) strip.unshift(run);
    strips.set(run.pipelineId, strip);
  }
  return strips;
}

/** Failures that ended after the person last looked, the newest first. */
export function failedSince(runs: readonly RunSummary[], lookedAt: string | null): RunSummary[] {
  return runs.filter(
    (run) =>
      isFailure(run) &&
      run.finishedAt !== null &&
      (lookedAt === null || Date.parse(run.finishedAt) > Date.parse(lookedAt)),
  );
}

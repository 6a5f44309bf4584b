import { describe, expect, it } from 'vitest';
import type { RunHistory, RunSummary } from '#lib/contracts/runs.ts';
import { dayBuckets, failedSince, lastEnd, startOfDay, stripsByPipeline, summarise } from './history.ts';

const run = (change: Partial<RunSummary>): RunSummary => ({
  id: 'r',
  pipelineId: 'p',
  pipelineName: 'P',
  version: 1,
  status: 'succeeded',
  trigger: 'manual',
  scheduleId: null,
  dueAt: null,
  resumedFrom: null,
  mode: null,
  modeReason: null,
  engine: null,
  parameters: {},
  from: null,
  to: null,
  queuedAt: '2025-03-12T10:00:00Z',
  startedAt: null,
  finishedAt: '2025-03-12T10:00:00Z',
  durationMs: 100,
  error: null,
  ...change,
});

const none = { succeeded: 0, failed: 0, cancelled: 0, medianMs: null };
const history = (change: Partial<RunHistory>): RunHistory => ({
  days: [],
  all: none,
  pipelines: [],
  ...change,
});
const last = ({ id, status, queuedAt, finishedAt, durationMs }: RunSummary) => ({
  id,
  status,
  queuedAt,
  finishedAt,
  durationMs,
});

describe('history', () => {
  it('has a bucket for every day, the last of them today, each of the viewer’s calendar', () => {
    // Clocks change within these days in much of the world; no day is lost or doubled by it.
    const now = new Date(2025, 2, 31, 15);
    const buckets = dayBuckets(
      history({
        days: [{ ...none, day: '2025-03-30', succeeded: 2, failed: 1, cancelled: 1, medianMs: 25 }],
      }),
      now,
      30,
    );
    expect(buckets).toHaveLength(30);
    expect(buckets[0]?.day).toEqual(new Date(2025, 2, 2));
    expect(startOfDay(now, 29)).toEqual(new Date(2025, 2, 2));
    expect(buckets.at(-1)).toEqual({ ...none, day: new Date(2025, 2, 31) });
    expect(buckets.at(-2)).toEqual({
      day: new Date(2025, 2, 30),
      succeeded: 2,
      failed: 1,
      cancelled: 1,
      medianMs: 25,
    });
    expect(buckets.reduce((sum, bucket) => sum + bucket.succeeded, 0)).toBe(2);
  });

  it('counts success among the runs that could have succeeded', () => {
    const all = { succeeded: 3, failed: 1, cancelled: 7, medianMs: 100 };
    expect(summarise(history({ all }))).toEqual({ total: 4, succeeded: 3, failed: 1, medianMs: 100 });
  });

  it('keeps the newest runs of each pipeline in the order of time, as the recent runs have them', () => {
    const at = (minute: number) => `2025-03-12T10:${String(minute).padStart(2, '0')}:00Z`;
    const runs = Array.from({ length: 10 }, (_, index) =>
      run({ id: String(index), queuedAt: at(index), status: index === 9 ? 'running' : 'succeeded' }),
    );
    const strips = stripsByPipeline(history({ pipelines: [{ pipelineId: 'p', runs: runs.map(last) }] }), [
      run({ id: '10', queuedAt: at(10), status: 'queued' }),
      run({ id: '9', queuedAt: at(9), status: 'failed' }),
      run({ id: 'other', pipelineId: 'q' }),
    ]);
    const strip = strips.get('p') ?? [];
    expect(strip.map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']);
    expect(strip.at(-2)?.status).toBe('failed');
    expect(strips.get('q')?.map(({ id }) => id)).toEqual(['other']);
  });

  it('knows when the last run ended', () => {
    expect(lastEnd([run({ finishedAt: null })])).toBe('');
    // The first is an hour earlier than it looks.
    const ends = ['2025-03-12T11:30:00+01:00', '2025-03-12T11:00:00Z', null];
    expect(lastEnd(ends.map((finishedAt) => run({ finishedAt })))).toBe('2025-03-12T11:00:00Z');
  });

  it('remembers what one has seen', () => {
    const runs = [
      run({ id: 'old', status: 'interrupted', finishedAt: '2025-03-12T10:00:00Z' }),
      run({ id: 'new', status: 'failed', finishedAt: '2025-03-12T12:00:00+01:00' }),
      run({ id: 'good' }),
    ];
    expect(failedSince(runs, '2025-03-12T10:30:00Z').map(({ id }) => id)).toEqual(['new']);
    expect(failedSince(runs, null).map(({ id }) => id)).toEqual(['new', 'old']);
  });
});

import { describe, expect, it } from 'vitest';
import type { RunSummary } from '#lib/contracts/runs.ts';
import { dayBuckets, failedSince, historyStart, median, stripsByPipeline, summarise } from './history.ts';

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

// Local times: the buckets are days of the viewer's calendar.
const local = (day: number, hour: number) => new Date(2025, 2, day, hour).toISOString();
const now = new Date(2025, 2, 31, 15);

describe('history', () => {
  it('has thirty days, the last of them today', () => {
    const buckets = dayBuckets([], now);
    expect(buckets).toHaveLength(30);
    expect(buckets[0]?.day).toEqual(new Date(2025, 2, 2));
    expect(buckets.at(-1)?.day).toEqual(new Date(2025, 2, 31));
    expect(historyStart(now)).toEqual(new Date(2025, 2, 2));
  });

  it('puts a run on the day that it ended, up to the last minute', () => {
    const buckets = dayBuckets(
      [
        run({ finishedAt: local(31, 0), durationMs: 10 }),
        run({ finishedAt: local(30, 23), durationMs: 30 }),
        run({ finishedAt: local(30, 1), durationMs: 20 }),
        run({ finishedAt: local(30, 2), status: 'interrupted', durationMs: 9000 }),
        run({ finishedAt: local(30, 2), status: 'cancelled' }),
        run({ finishedAt: null, status: 'running' }),
        run({ finishedAt: local(1, 12) }),
      ],
      now,
    );
    expect(buckets.at(-1)).toMatchObject({ succeeded: 1, failed: 0, medianMs: 10 });
    expect(buckets.at(-2)).toMatchObject({ succeeded: 2, failed: 1, cancelled: 1, medianMs: 25 });
    expect(buckets.reduce((sum, bucket) => sum + bucket.succeeded, 0)).toBe(3);
  });

  it('counts success among the runs that could have succeeded', () => {
    expect(
      summarise([
        run({}),
        run({ status: 'failed' }),
        run({ status: 'cancelled' }),
        run({ status: 'running', durationMs: null }),
      ]),
    ).toEqual({ total: 2, succeeded: 1, failed: 1, medianMs: 100 });
  });

  it('finds the middle', () => {
    expect(median([])).toBeNull();
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1])).toBe(2.5);
  });

  it('keeps the newest runs of each pipeline, in the order of time', () => {
    const strips = stripsByPipeline(
      [run({ id: '3' }), run({ id: '2', pipelineId: 'q' }), run({ id: '1' }), run({ id: '0' })],
      2,
    );
    expect(strips.get('p')?.map(({ id }) => id)).toEqual(['1', '3']);
    expect(strips.get('q')?.map(({ id }) => id)).toEqual(['2']);
  });

  it('remembers what one has seen', () => {
    const runs = [
      run({ id: 'new', status: 'failed', finishedAt: '2025-03-12T12:00:00+01:00' }),
      run({ id: 'old', status: 'failed', finishedAt: '2025-03-12T10:00:00Z' }),
      run({ id: 'good' }),
    ];
    expect(failedSince(runs, '2025-03-12T10:30:00Z').map(({ id }) => id)).toEqual(['new']);
    expect(failedSince(runs, null)).toHaveLength(2);
  });
});

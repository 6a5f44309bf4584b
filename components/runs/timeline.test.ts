import { describe, expect, it } from 'vitest';
import { emptyLiveRun, type LiveNode, type LiveRun } from './live-run.ts';
import { ticksOf, timelineOf } from './timeline.ts';

const second = (value: number) => new Date(Date.UTC(2025, 0, 1, 0, 0, value)).toISOString();

function runOf(nodes: (Partial<LiveNode> & { id: string })[]): LiveRun {
  const full = nodes.map(
    (node) =>
      ({
        name: node.id,
        status: 'succeeded',
        reused: false,
        generation: 0,
        segment: null,
        startedAt: null,
        finishedAt: null,
        durationMs: null,
        rowsOut: null,
        rowsSoFar: null,
        ...node,
      }) as LiveNode,
  );
  return {
    ...emptyLiveRun('r'),
    startedAt: second(0),
    nodes: Object.fromEntries(full.map((node) => [node.id, node])),
  };
}

describe('a timeline', () => {
  it('places nodes in the run’s time', () => {
    const { totalMs, rows } = timelineOf(
      runOf([
        { id: 'late', startedAt: second(5), finishedAt: second(10) },
        { id: 'early', startedAt: second(0), finishedAt: second(5) },
      ]),
      0,
    );
    expect(totalMs).toBe(10_000);
    expect(rows.map(({ id, span }) => [id, span?.start, span?.length])).toEqual([
      ['early', 0, 0.5],
      ['late', 0.5, 0.5],
    ]);
  });

  it('lets a running node reach up to now', () => {
    const { rows } = timelineOf(
      runOf([
        { id: 'b', startedAt: second(0), finishedAt: second(2) },
        { id: 'a', status: 'running', startedAt: second(2) },
      ]),
      Date.parse(second(4)),
    );
    expect(rows[1]?.span).toEqual({ start: 0.5, length: 0.5, durationMs: 2000 });
  });

  it('puts those that have not begun last, by generation', () => {
    const { rows } = timelineOf(
      runOf([
        { id: 'c', status: 'skipped', generation: 2 },
        { id: 'b', status: 'pending', generation: 1 },
        { id: 'a', startedAt: second(0), finishedAt: second(1) },
      ]),
      0,
    );
    expect(rows.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(rows[1]?.span).toBeNull();
  });

  it('lets the first node of a statement speak for all', () => {
    const { rows } = timelineOf(
      runOf([
        { id: 'a', segment: 's1' },
        { id: 'b', segment: 's1' },
        { id: 'c', segment: 's2' },
      ]),
      0,
    );
    expect(rows.map(({ id, statementNodes, leads }) => [id, statementNodes, leads])).toEqual([
      ['a', 2, true],
      ['b', 2, false],
      ['c', 1, true],
    ]);
  });

  it('survives a run in which nothing happened', () => {
    expect(timelineOf(emptyLiveRun('r'), 0)).toMatchObject({ totalMs: 1, rows: [] });
  });

  it.each([
    [1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [9_000, [0, 2000, 4000, 6000, 8000]],
    [43, [0, 10, 20, 30, 40]],
  ])('marks %d ms at round times', (total, marks) => {
    const ticks = ticksOf(total).map(({ ms }) => ms);
    expect(ticks).toHaveLength(marks.length);
    for (const [index, mark] of marks.entries()) expect(ticks[index]).toBeCloseTo(mark);
  });
});

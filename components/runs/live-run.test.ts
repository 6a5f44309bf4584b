import { describe, expect, it } from 'vitest';
import type { RunEvent } from '#lib/contracts/events.ts';
import { BLANK_NODE, type NodeRecord } from '#lib/contracts/run-record.ts';
import { applyEvent, emptyLiveRun, isFinal, type LiveRun } from './live-run.ts';

const at = '2025-03-12T13:00:00.000Z';

const record = (id: string, change: Partial<NodeRecord> = {}): NodeRecord => ({
  ...BLANK_NODE,
  id,
  type: 'filter',
  name: id,
  generation: 0,
  ...change,
});

type Body = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, 'runId' | 'at'> : never) : never;
const event = (body: Body) => ({ runId: 'r', at, ...body });
const started = event({
  type: 'run.started',
  mode: 'duckdb',
  modeReason: 'few rows',
  engine: 'duckdb',
  nodes: [record('a'), record('b')],
});

const play = (events: RunEvent[], run: LiveRun = emptyLiveRun('r')) =>
  events.reduce((current, next) => applyEvent(current, next, current.seq + 1), run);

describe('a live run', () => {
  it('introduces its nodes and moves one along', () => {
    const run = play([
      started,
      event({ type: 'node.started', nodeId: 'a', segment: 's1' }),
      event({ type: 'node.progress', nodeId: 'a', progress: 0.5, rows: 1000 }),
    ]);
    expect(run.status).toBe('running');
    expect(run.nodes.a).toMatchObject({
      status: 'running',
      progress: 0.5,
      rowsSoFar: 1000,
      segment: 's1',
      startedAt: at,
    });
    expect(run.nodes.b?.status).toBe('pending');
  });

  it('clears progress when a node has finished, and ignores what comes late', () => {
    const run = play([
      started,
      event({ type: 'node.started', nodeId: 'a', segment: null }),
      event({ type: 'node.finished', node: record('a', { status: 'succeeded', rowsOut: 7 }) }),
      event({ type: 'node.progress', nodeId: 'a', progress: 0.9, rows: 6 }),
      event({ type: 'node.started', nodeId: 'a', segment: null }),
    ]);
    expect(run.nodes.a).toMatchObject({ status: 'succeeded', rowsOut: 7, progress: null, rowsSoFar: null });
  });

  it('applies an event once, also when a connection repeats it', () => {
    const once = play([started]);
    expect(applyEvent(once, event({ type: 'run.status', status: 'cancelling' }), 1)).toBe(once);
  });

  it('leaves the other nodes the same objects', () => {
    const before = play([started]);
    const after = applyEvent(before, event({ type: 'node.started', nodeId: 'a', segment: null }), 2);
    expect(after.nodes.b).toBe(before.nodes.b);
    expect(after.nodes.a).not.toBe(before.nodes.a);
  });

  it('keeps a node that finished before the run was introduced', () => {
    const run = play([event({ type: 'node.finished', node: record('a', { status: 'succeeded' }) }), started]);
    expect(run.nodes.a?.status).toBe('succeeded');
    expect(run.nodes.b?.status).toBe('pending');
  });

  it('replaces a segment of the same id', () => {
    const segment = {
      id: 's1',
      nodes: ['a'],
      durationMs: 1,
      peakMemoryBytes: null,
      sql: null,
      reason: 'end',
    };
    const run = play([
      event({ type: 'segment.finished', segment }),
      event({ type: 'segment.finished', segment: { ...segment, durationMs: 2 } }),
    ]);
    expect(run.segments).toEqual([{ ...segment, durationMs: 2 }]);
  });

  it('keeps the newest five hundred log lines', () => {
    const lines = Array.from({ length: 510 }, (_, index) =>
      event({ type: 'log', nodeId: null, level: 'info', message: String(index) }),
    );
    const run = play(lines);
    expect(run.log).toHaveLength(500);
    expect(run.log[0]?.message).toBe('10');
    expect(run.log.at(-1)?.message).toBe('509');
  });

  it('ends', () => {
    const error = { code: 'node-failed', message: 'a failed' };
    const run = play([started, event({ type: 'run.finished', status: 'failed', durationMs: 120, error })]);
    expect(run).toMatchObject({ status: 'failed', durationMs: 120, error });
    expect(isFinal(run.status)).toBe(true);
  });
});

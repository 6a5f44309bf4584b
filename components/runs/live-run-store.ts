'use client';

import { useEffect } from 'react';
import { create } from 'zustand';
import { followRun } from '#lib/contracts/event-stream.ts';
import type { RunEvent } from '#lib/contracts/events.ts';
import type { RunDetail } from '#lib/contracts/runs.ts';
import { applyEvent, emptyLiveRun, isFinal, liveRunOf, type LiveNode, type LiveRun } from './live-run.ts';

interface LiveRunState {
  /** By run id. */
  runs: Readonly<Record<string, LiveRun>>;
}

export const useLiveRunStore = create<LiveRunState>()(() => ({ runs: {} }));

type Change = (run: LiveRun) => LiveRun;

// Events come in bursts; what arrives within a frame is shown as one change.
const waiting: { runId: string; change: Change }[] = [];
let flushAsked = false;

function enqueue(runId: string, change: Change): void {
  waiting.push({ runId, change });
  if (flushAsked) return;
  flushAsked = true;
  // A hidden tab gets no frames, but must not hoard events either.
  if (document.hidden) setTimeout(flush, 250);
  else requestAnimationFrame(flush);
}

function flush(): void {
  flushAsked = false;
  const changes = waiting.splice(0);
  useLiveRunStore.setState((state) => {
    const runs = { ...state.runs };
    for (const { runId, change } of changes) runs[runId] = change(runs[runId] ?? emptyLiveRun(runId));
    return { runs };
  });
}

/** Takes over the stored record of a run, unless events have already led further. */
export function seedLiveRun(run: RunDetail): void {
  enqueue(run.id, (known) => {
    if (known.seq === 0 || isFinal(run.status))
      return { ...liveRunOf(run), log: known.log, seq: known.seq, connected: known.connected };
    return known;
  });
}

/** Takes over a count that the run left unknown and somebody has asked for since. */
export function noteRows(runId: string, nodeId: string, rows: number): void {
  enqueue(runId, (run) => {
    const node = run.nodes[nodeId];
    if (!node || node.rowsOut !== null) return run;
    return {
      ...run,
      nodes: { ...run.nodes, [nodeId]: { ...node, rowsOut: rows, rowsOutAtLeast: null } },
    };
  });
}

interface Follower {
  count: number;
  stop: () => void;
  onEnd: Set<(runId: string) => void>;
}
const followers = new Map<string, Follower>();

/**
 * Follows a run's events into the store until it ends. Several callers share one connection.
 * `onEnd` hears when nothing more will come. Answers how to stop.
 */
function followLiveRun(runId: string, onEnd?: (runId: string) => void): () => void {
  const follower = followers.get(runId) ?? startFollowing(runId);
  follower.count += 1;
  if (onEnd) follower.onEnd.add(onEnd);
  return () => {
    follower.count -= 1;
    if (onEnd) follower.onEnd.delete(onEnd);
    if (follower.count > 0) return;
    follower.stop();
    if (followers.get(runId) === follower) followers.delete(runId);
  };
}

function startFollowing(runId: string): Follower {
  const onEnd: Follower['onEnd'] = new Set();
  const stop = followRun(runId, {
    onEvent: (event: RunEvent, seq: number) => {
      enqueue(runId, (run) => applyEvent(run, event, seq));
    },
    onSnapshot: (detail) => {
      enqueue(runId, (run) => ({ ...liveRunOf(detail), log: run.log, seq: run.seq }));
    },
    onEnd: () => {
      followers.delete(runId);
      for (const listener of onEnd) listener(runId);
    },
    onConnection: (connected) => {
      enqueue(runId, (run) => (run.connected === connected ? run : { ...run, connected }));
    },
  });
  const follower = { count: 0, stop, onEnd };
  followers.set(runId, follower);
  return follower;
}

/** Follows the run while the component is mounted (`null`: nothing to follow). */
export function useFollowRun(runId: string | null, onEnd?: (runId: string) => void): void {
  useEffect(() => (runId === null ? undefined : followLiveRun(runId, onEnd)), [runId, onEnd]);
}

/** Undefined until its record or its first event is there. */
export function useLiveRun(runId: string | null): LiveRun | undefined {
  return useLiveRunStore((state) => (runId === null ? undefined : state.runs[runId]));
}

/** One node of a run: renders again only when that node changes. */
export function useLiveNode(runId: string | null, nodeId: string): LiveNode | undefined {
  return useLiveRunStore((state) => (runId === null ? undefined : state.runs[runId]?.nodes[nodeId]));
}

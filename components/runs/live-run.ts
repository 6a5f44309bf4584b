import type { LogLevel, RunEvent } from '#lib/contracts/events.ts';
import {
  BLANK_NODE,
  FINAL_RUN_STATUSES,
  type NodeRecord,
  type RunStatus,
  type SegmentRecord,
} from '#lib/contracts/run-record.ts';
import type { RunDetail } from '#lib/contracts/runs.ts';
import type { ErrorRecord } from '#lib/errors/app-error.ts';

/** A node in a run that may still be going on. */
export interface LiveNode extends NodeRecord {
  /** Share done from 0 to 1, null where it cannot be told. */
  progress: number | null;
  /** Rows so far, while it runs. */
  rowsSoFar: number | null;
}

export interface LiveLogLine {
  /** Unique within the run. */
  seq: number;
  at: string;
  nodeId: string | null;
  level: LogLevel;
  message: string;
}

/** What is known of a run at this moment: the stored record, moved on by the events that came since. */
export interface LiveRun {
  runId: string;
  status: RunStatus;
  mode: string | null;
  modeReason: string | null;
  engine: string | null;
  startedAt: string | null;
  durationMs: number | null;
  error: ErrorRecord | null;
  /** By node id. An unchanged node stays the same object. */
  nodes: Readonly<Record<string, LiveNode>>;
  segments: readonly SegmentRecord[];
  /** The newest lines, oldest first. */
  log: readonly LiveLogLine[];
  /** Number of the last event that is in here. */
  seq: number;
  connected: boolean;
}

/** More than anyone reads while it scrolls by; the whole log is on the server. */
const LOG_LINES_KEPT = 500;

export const isFinal = (status: RunStatus): boolean => FINAL_RUN_STATUSES.includes(status);

export function emptyLiveRun(runId: string): LiveRun {
  return {
    runId,
    status: 'queued',
    mode: null,
    modeReason: null,
    engine: null,
    startedAt: null,
    durationMs: null,
    error: null,
    nodes: {},
    segments: [],
    log: [],
    seq: 0,
    connected: true,
  };
}

/** The stored record of a run as the starting point; its events continue it. */
export function liveRunOf(run: RunDetail): LiveRun {
  return {
    ...emptyLiveRun(run.id),
    status: run.status,
    mode: run.mode,
    modeReason: run.modeReason,
    engine: run.engine,
    startedAt: run.startedAt,
    durationMs: run.durationMs,
    error: run.error,
    nodes: byId(run.nodes),
    segments: run.segments,
  };
}

/** The run after an event. One that was applied already (a repeated connection) changes nothing. */
export function applyEvent(run: LiveRun, event: RunEvent, seq: number): LiveRun {
  if (seq <= run.seq) return run;
  return { ...run, ...changeOf(run, event, seq), seq };
}

function changeOf(run: LiveRun, event: RunEvent, seq: number): Partial<LiveRun> {
  switch (event.type) {
    case 'run.started':
      return {
        status: isFinal(run.status) ? run.status : 'running',
        mode: event.mode,
        modeReason: event.modeReason,
        engine: event.engine,
        startedAt: event.at,
        nodes: { ...byId(event.nodes), ...finished(run.nodes) },
      };
    case 'run.status':
      return { status: event.status };
    case 'node.started':
      return withNode(run, event.nodeId, (node) =>
        isOver(node)
          ? node
          : {
              ...node,
              status: 'running',
              segment: event.segment,
              startedAt: event.at,
              progress: null,
              rowsSoFar: null,
            },
      );
    case 'node.progress':
      return withNode(run, event.nodeId, (node) =>
        isOver(node) ? node : { ...node, progress: event.progress, rowsSoFar: event.rows },
      );
    case 'node.finished':
      return withNode(run, event.node.id, (node) => ({
        ...event.node,
        sample: event.node.sample ?? node.sample,
        progress: null,
        rowsSoFar: null,
      }));
    case 'segment.finished':
      return {
        segments: [...run.segments.filter((segment) => segment.id !== event.segment.id), event.segment],
      };
    case 'log':
      return {
        log: [
          ...run.log,
          { seq, at: event.at, nodeId: event.nodeId, level: event.level, message: event.message },
        ].slice(-LOG_LINES_KEPT),
      };
    case 'run.finished':
      return { status: event.status, durationMs: event.durationMs, error: event.error };
  }
}

const isOver = (node: LiveNode): boolean => node.status !== 'pending' && node.status !== 'running';

const finished = (nodes: LiveRun['nodes']): LiveRun['nodes'] =>
  Object.fromEntries(Object.entries(nodes).filter(([, node]) => isOver(node)));

const byId = (nodes: readonly NodeRecord[]): Record<string, LiveNode> =>
  Object.fromEntries(nodes.map((node) => [node.id, { ...node, progress: null, rowsSoFar: null }]));

function withNode(run: LiveRun, nodeId: string, change: (node: LiveNode) => LiveNode): Partial<LiveRun> {
  return { nodes: { ...run.nodes, [nodeId]: change(run.nodes[nodeId] ?? unknownNode(nodeId)) } };
}

/** A node heard of before the event that introduces it. */
function unknownNode(id: string): LiveNode {
  return { ...BLANK_NODE, id, type: '', name: id, progress: null, rowsSoFar: null };
}

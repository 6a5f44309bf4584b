import type { NodeStatus } from '#lib/contracts/run-record.ts';
import type { LiveRun } from './live-run.ts';

/** One bar of the timeline. Shares are of the run's whole time, from 0 to 1. */
export interface TimelineRow {
  id: string;
  name: string;
  status: NodeStatus;
  reused: boolean;
  /** Null for a node that has not started, or never will. */
  span: { start: number; length: number; durationMs: number } | null;
  /** How many nodes ran in the same statement, this one included; they share its time. */
  statementNodes: number;
  /** The first node of its statement speaks for all of them. */
  leads: boolean;
  rowsOut: number | null;
}

export interface Timeline {
  totalMs: number;
  rows: TimelineRow[];
  ticks: { share: number; ms: number }[];
}

/** When each node of a run worked, in the order in which they began. `now` is where a running node has got to. */
export function timelineOf(run: LiveRun, now: number): Timeline {
  const nodes = Object.values(run.nodes);
  const instants = nodes
    .flatMap((node) => [node.startedAt, node.finishedAt])
    .flatMap((at) => (at === null ? [] : [Date.parse(at)]));
  // From the first node on, as the run's duration counts: reading the document and planning come before.
  const start = Math.min(...instants);
  const runs = nodes.some((node) => node.status === 'running');
  const end = Math.max(runs ? now : -Infinity, ...instants);
  const totalMs = Number.isFinite(start) && Number.isFinite(end) ? Math.max(1, end - start) : 1;
  const durations = new Map(
    run.segments.map((segment): [string | null, number | null] => [segment.id, segment.durationMs]),
  );
  const perSegment = Map.groupBy(nodes, (node) => node.segment);
  const rows = nodes.map((node): TimelineRow => {
    const from = node.startedAt === null ? null : Date.parse(node.startedAt);
    const to =
      node.finishedAt === null ? (node.status === 'running' ? now : null) : Date.parse(node.finishedAt);
    return {
      id: node.id,
      name: node.name,
      status: node.status,
      reused: node.reused,
      span:
        from === null || to === null
          ? null
          : {
              start: (from - start) / totalMs,
              length: Math.max(0, to - from) / totalMs,
              durationMs: node.durationMs ?? durations.get(node.segment) ?? Math.max(0, to - from),
            },
      statementNodes: node.segment === null ? 1 : (perSegment.get(node.segment)?.length ?? 1),
      leads: true,
      rowsOut: node.rowsOut ?? node.rowsSoFar,
    };
  });
  const generations = new Map(nodes.map((node) => [node.id, node.generation ?? Infinity]));
  rows.sort(
    (one, other) =>
      (one.span?.start ?? Infinity) - (other.span?.start ?? Infinity) ||
      (generations.get(one.id) ?? 0) - (generations.get(other.id) ?? 0) ||
      0,
  );
  const led = new Set<string>();
  for (const row of rows) {
    const segment = run.nodes[row.id]?.segment ?? null;
    row.leads = segment === null || !led.has(segment);
    if (segment !== null) led.add(segment);
  }
  return { totalMs, rows, ticks: ticksOf(totalMs) };
}

const WANTED_TICKS = 5;

/** Round times along the axis: 1, 2 or 5 times a power of ten. */
export function ticksOf(totalMs: number): { share: number; ms: number }[] {
  const rough = totalMs / WANTED_TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  return Array.from({ length: Math.floor(totalMs / step) + 1 }, (_, index) => ({
    ms: index * step,
    share: (index * step) / totalMs,
  }));
}

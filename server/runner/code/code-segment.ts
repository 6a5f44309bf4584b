import type { BoundGraph, BoundNode } from '#lib/bind/types.ts';
import type { EngineName } from '#lib/plan/types.ts';
import type { Engine, SegmentRequest, SegmentResult } from '#server/engines/duckdb/engine.ts';
import type { Sandbox } from '#server/sandbox/sandbox.ts';
import type { LogLevel } from '#server/sandbox/wire.ts';
import { codeOf, FRAME_ROWS, TIME_LIMIT_MS, withCodeRows } from './run-code.ts';

export interface CodeSegment {
  node: BoundNode;
  graph: BoundGraph;
  engine: Engine;
  sandbox: Sandbox;
  /** `memory` hands over frames of any size. */
  mode: EngineName;
  onLog: (level: LogLevel, text: string) => void;
  /** Told, once or several times, where the code asked chance or the clock: its rows may be others the next time. */
  onChance: () => void;
}

/**
 * Runs the segment of a node of code (it is alone in it): its staged inputs go through the sandbox, and what comes out
 * goes where the segment's rows go, as if a statement had made them.
 */
export async function runCodeSegment(
  { node, graph, engine, sandbox, mode, onLog, onChance }: CodeSegment,
  request: SegmentRequest,
): Promise<SegmentResult> {
  const started = performance.now();
  const { form } = codeOf(node);
  const around = {
    engine,
    sandbox,
    graph,
    reads: request.reads,
    steps: [],
    rowLimit: null,
    frameRows: mode === 'memory' ? null : FRAME_ROWS,
    // A node that sets its own limit means the whole of it, and the signal keeps it.
    timeLimitMs: node.node.timeoutMs ?? TIME_LIMIT_MS[form],
    signal: request.signal,
    onLog,
    onChance,
  };
  const [step] = request.steps;
  if (!step) throw new Error('a segment has at least one node');
  return withCodeRows(node, around, async ({ sql, count }) => {
    const loaded = {
      ...step,
      sql,
      rows: 'source' as const,
      inputs: [],
      merge: 'none' as const,
      knownRows: count,
    };
    const result = await engine.runSegment({ ...request, reads: [], steps: [loaded], ordered: true });
    return { ...result, sql: step.sql, durationMs: performance.now() - started };
  });
}

import { toErrorRecord, type AppError, type ErrorRecord } from '#lib/errors/app-error.ts';
import type { BoundEdge, BoundNode } from '#lib/bind/types.ts';
import type { Schema } from '#lib/sql/schema.ts';
import type { NumberedEvent, RunEvent } from '#lib/contracts/events.ts';
import type { JsonRow, NodeRecord, RunReport, RunStatus, SegmentRecord } from '#lib/contracts/run-record.ts';
import type { NodeId } from '#lib/graph/ids.ts';
import type { RunPlan, Segment } from '#lib/plan/types.ts';
import type { RowCount, SegmentResult } from '#server/engines/duckdb/engine.ts';
import { rejectWarning } from '#server/engines/duckdb/rejected-rows.ts';
import { newNodeRecord, unboundRecords } from './node-record.ts';

/** Hears of a run as it happens. Must not throw and must not wait: the run does not stand still for its listeners. */
export interface RunListener {
  event(event: NumberedEvent): void;
  /** The first rows of a node, some time after it finished. */
  sampled(runId: string, nodeId: string, sample: JsonRow[]): void;
  /** The first rows that came over each of a node's edges; after all samples are there. */
  inputsSampled?(runId: string, nodeId: string, inputs: InputSample[]): void;
}

/** The first rows that came over one edge. */
export interface InputSample {
  source: string;
  port: string;
  schema: Schema;
  rows: JsonRow[];
}

/** What an earlier run said of a node's rows. */
export interface KnownRows {
  rows: number | null;
  rowsAtLeast: number | null;
  /** The SQL that made them. */
  sql: string | null;
}

type EventBody = RunEvent extends infer Event
  ? Event extends RunEvent
    ? Omit<Event, 'runId' | 'at'>
    : never
  : never;

/**
 * The one place where a run's records change and its events are made. What is told here is what the live stream, the
 * log, the database and the report know.
 */
export class RunRecorder {
  readonly #runId: string;
  readonly #plan: RunPlan;
  readonly #listeners: readonly RunListener[];
  readonly #nodes: ReadonlyMap<NodeId, BoundNode>;
  readonly #records = new Map<NodeId, NodeRecord>();
  readonly #segments = new Map<string, SegmentRecord>();
  readonly #startedAt = performance.now();
  #seq = 0;
  #status: RunStatus = 'running';
  #durationMs: number | null = null;
  #error: ErrorRecord | null = null;

  constructor(
    runId: string,
    plan: RunPlan,
    options: {
      listeners: readonly RunListener[];
      troubles: ReadonlyMap<string, AppError>;
      /** Why each node that runs does so. */
      reasons: ReadonlyMap<NodeId, string>;
    },
  ) {
    this.#runId = runId;
    this.#plan = plan;
    this.#listeners = options.listeners;
    this.#nodes = new Map(plan.graph.nodes.map((node) => [node.id, node]));
    const generation = new Map(
      plan.graph.generations.flatMap((ids, index) => ids.map((id) => [id, index] as const)),
    );
    const inRun = new Set<NodeId>([
      ...plan.nodes,
      ...plan.disabled,
      ...plan.skipped.map((entry) => entry.nodeId),
    ]);
    for (const node of plan.graph.nodes) {
      if (inRun.has(node.id))
        this.#records.set(node.id, newNodeRecord(node, generation.get(node.id) ?? null));
    }
    for (const record of unboundRecords(plan.graph, options.troubles))
      this.#records.set(record.id as NodeId, record);
    for (const [id, reason] of options.reasons) this.#change(id, { reuseReason: reason });
    for (const id of plan.disabled) this.#change(id, { status: 'disabled' });
    for (const { nodeId, because } of plan.skipped) {
      this.#change(nodeId, {
        status: 'skipped',
        skippedBecause: because,
        reuseReason: `It waits for "${this.#nameOf(because)}", which is disabled.`,
      });
    }
  }

  started(): void {
    const { mode, modeReason, engine } = this.#plan;
    this.#emit({ type: 'run.started', mode, modeReason, engine, nodes: [...this.#records.values()] });
  }

  /** Its rows come from an earlier run, with what was known of them then. */
  reused(nodeId: NodeId, reason: string, known: KnownRows): void {
    const now = new Date().toISOString();
    this.#change(nodeId, {
      status: 'succeeded',
      reused: true,
      reuseReason: reason,
      rowsOut: known.rows,
      rowsOutAtLeast: known.rowsAtLeast,
      sql: known.sql,
      startedAt: now,
      finishedAt: now,
      engine: null,
      durationMs: 0,
    });
    this.#finished(nodeId);
  }

  segmentStarted(segment: Segment): void {
    const startedAt = new Date().toISOString();
    for (const id of segment.nodes) {
      this.#change(id, { status: 'running', startedAt, segment: segment.id, engine: this.#plan.engine });
      this.#emit({ type: 'node.started', nodeId: id, segment: segment.id });
    }
  }

  progress(segment: Segment, share: number): void {
    this.#emit({
      type: 'node.progress',
      nodeId: segment.output,
      progress: Math.min(1, Math.max(0, share)),
      rows: null,
    });
  }

  /** Every node of the segment is done. Duration and memory are a node's own only where it is alone in its statement. */
  segmentFinished(segment: Segment, result: SegmentResult, nodeSql: ReadonlyMap<string, string>): void {
    const alone = segment.nodes.length + segment.repeats.length === 1;
    const finishedAt = new Date().toISOString();
    for (const id of segment.nodes) {
      const count: RowCount =
        id === segment.output
          ? { exact: result.outputRows, atLeast: null }
          : (result.counts.get(id) ?? { exact: null, atLeast: null });
      const leftOut = result.rejects.get(id);
      this.#change(id, {
        status: 'succeeded',
        ...(leftOut && leftOut.rows > 0
          ? { warnings: [...(this.#records.get(id)?.warnings ?? []), rejectWarning(leftOut)] }
          : {}),
        rowsOut: count.exact,
        rowsOutAtLeast: count.exact === null ? count.atLeast : null,
        durationMs: alone ? result.durationMs : null,
        peakMemoryBytes: alone ? result.peakMemoryBytes : null,
        sql: alone ? result.sql : (nodeSql.get(id) ?? null),
        finishedAt,
      });
      this.#finished(id);
    }
    const record: SegmentRecord = {
      id: segment.id,
      nodes: segment.nodes,
      durationMs: result.durationMs,
      peakMemoryBytes: result.peakMemoryBytes,
      sql: result.sql,
      reason: segment.reason,
    };
    this.#segments.set(segment.id, record);
    this.#emit({ type: 'segment.finished', segment: record });
  }

  /** A node that a statement other than its own has computed: it did well, whatever became of its own. */
  repeated(nodeId: NodeId, rows: number | null): void {
    if (rows !== null) this.#change(nodeId, { rowsOut: rows });
    if (this.#records.get(nodeId)?.status !== 'skipped') return;
    const finishedAt = new Date().toISOString();
    this.#change(nodeId, { status: 'succeeded', skippedBecause: null, reuseReason: null, finishedAt });
    this.#finished(nodeId);
  }

  /** The node's own fault, with the SQL that showed it. */
  failed(nodeId: NodeId, thrown: unknown, sql: string | null): void {
    const error = toErrorRecord(thrown);
    this.#change(nodeId, {
      status: 'failed',
      error: { ...error, nodeId, sql: error.sql ?? sql },
      sql: error.sql ?? sql,
      finishedAt: new Date().toISOString(),
    });
    this.#finished(nodeId);
  }

  skipped(nodeId: NodeId, because: NodeId): void {
    this.#change(nodeId, {
      status: 'skipped',
      skippedBecause: because,
      reuseReason: `It waits for "${this.#nameOf(because)}", which failed.`,
    });
    this.#finished(nodeId);
  }

  /** Back to waiting: its statement is tried again, or in smaller parts. */
  waiting(nodeIds: readonly NodeId[]): void {
    for (const id of nodeIds) this.#change(id, { status: 'pending', startedAt: null, segment: null });
  }

  log(level: 'info' | 'warn' | 'error', message: string, nodeId: NodeId | null = null): void {
    this.#emit({ type: 'log', nodeId, level, message });
  }

  /** Ends the run; whatever has not finished by now is cancelled with it. */
  finish(status: RunStatus, thrown: unknown = null): void {
    for (const record of this.#records.values()) {
      if (record.status !== 'pending' && record.status !== 'running') continue;
      this.#change(record.id as NodeId, { status: 'cancelled', finishedAt: new Date().toISOString() });
      this.#finished(record.id as NodeId);
    }
    this.#status = status;
    this.#error = thrown === null ? this.#firstError() : toErrorRecord(thrown);
    this.#durationMs = performance.now() - this.#startedAt;
    this.#emit({ type: 'run.finished', status, durationMs: this.#durationMs, error: this.#error });
  }

  sampled(nodeId: NodeId, sample: JsonRow[]): void {
    this.#change(nodeId, { sample });
    for (const listener of this.#listeners) listener.sampled(this.#runId, nodeId, sample);
  }

  /** Tells what came into each node that ran, once the samples of what came out are there. */
  inputsSampled(): void {
    for (const node of this.#nodes.values()) {
      const status = this.#records.get(node.id)?.status;
      if (node.inputs.length === 0 || (status !== 'succeeded' && status !== 'failed')) continue;
      const inputs = node.inputs.flatMap((port) => port.edges.flatMap((edge) => this.#inputSample(edge)));
      for (const listener of this.#listeners) listener.inputsSampled?.(this.#runId, node.id, inputs);
    }
  }

  #inputSample(edge: BoundEdge): InputSample[] {
    const sample = this.#records.get(edge.edge.source)?.sample;
    if (!sample) return [];
    const rows = sample.map((row) =>
      Object.fromEntries(edge.columns.map(({ from, as }) => [as, row[from] ?? null])),
    );
    const schema = edge.columns.map(({ as, type }) => ({ name: as, type }));
    return [{ source: edge.edge.source, port: edge.targetPort, schema, rows }];
  }

  hasFailures(): boolean {
    return [...this.#records.values()].some((record) => record.status === 'failed');
  }

  record(nodeId: NodeId): NodeRecord | undefined {
    return this.#records.get(nodeId);
  }

  report(): RunReport {
    const { mode, modeReason, engine } = this.#plan;
    const nodes = [...this.#records.values()];
    return {
      runId: this.#runId,
      status: this.#status,
      mode,
      modeReason,
      engine,
      durationMs: this.#durationMs,
      error: this.#error,
      nodes,
      segments: [...this.#segments.values()],
    };
  }

  #firstError(): ErrorRecord | null {
    return [...this.#records.values()].find((record) => record.error)?.error ?? null;
  }

  #nameOf(nodeId: NodeId): string {
    return this.#nodes.get(nodeId)?.name ?? nodeId;
  }

  #change(nodeId: NodeId, change: Partial<NodeRecord>): void {
    const record = this.#records.get(nodeId);
    if (record) this.#records.set(nodeId, { ...record, ...change });
  }

  /** Fills in what came over the edges, now that the counts upstream are known, and tells everyone. */
  #finished(nodeId: NodeId): void {
    const record = this.#records.get(nodeId);
    if (!record) return;
    const inputs = record.inputs.map((input) => ({
      ...input,
      rows: this.#records.get(input.source as NodeId)?.rowsOut ?? null,
    }));
    const rows = inputs.map((input) => input.rows);
    const rowsIn =
      inputs.length === 0 || rows.includes(null)
        ? null
        : rows.reduce<number>((sum, count) => sum + (count ?? 0), 0);
    this.#change(nodeId, { inputs, rowsIn });
    this.#emit({ type: 'node.finished', node: { ...record, inputs, rowsIn, sample: null } });
  }

  #emit(body: EventBody): void {
    const event = { ...body, runId: this.#runId, at: new Date().toISOString() };
    this.#seq += 1;
    for (const listener of this.#listeners) listener.event({ seq: this.#seq, event });
  }
}

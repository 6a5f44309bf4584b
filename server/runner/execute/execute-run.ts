import path from 'node:path';
import { AppError, toAppError } from '#lib/errors/app-error.ts';
import type { BoundNode } from '#lib/bind/types.ts';
import type { RunReport, RunStatus } from '#lib/contracts/run-record.ts';
import type { NodeId } from '#lib/graph/ids.ts';
import { inputsOf } from '#lib/plan/cuts.ts';
import type { RunPlan, Segment } from '#lib/plan/types.ts';
import type { DestinationFile, Engine, SegmentResult } from '#server/engines/duckdb/engine.ts';
import { writeCatalogue } from '#server/engines/duckdb/catalogue.ts';
import type { StagingArea } from '../staging/staging-area.ts';
import type { FoundArtefact } from '../staging/artefacts.ts';
import type { Manifest } from '../staging/manifest.ts';
import { writtenResult } from './destination.ts';
import { attempt, isWorthSplitting, limitsOf } from './attempt.ts';
import { RunRecorder, type RunListener } from './run-recorder.ts';
import { runSegments, splitSegment } from './run-segments.ts';
import { takeSamples } from './samples.ts';
import { segmentRequest, type StagedResult } from './segment-request.ts';

/** What a run stands on. `earlier` is the manifest that reused results come from. */
export interface RunRequest {
  runId: string;
  plan: RunPlan;
  counts: 'exact' | 'fast';
  engine: Engine;
  staging: StagingArea;
  /** Content keys by node; null where a result must never be reused. */
  keys: ReadonlyMap<NodeId, string | null>;
  earlier: Manifest | null;
  /** What destinations write, by node. */
  destinations: ReadonlyMap<NodeId, DestinationFile>;
  /** Sources that could not be read, by node; they and what depends on them are not in the plan. */
  troubles: ReadonlyMap<string, AppError>;
  listeners: readonly RunListener[];
  concurrency: number;
  /** Aborted with an AppError: `cancelled` or `interrupted` end the run as that, any other fails it. */
  signal: AbortSignal;
}

/**
 * Carries a plan out. Resolves with the report, also of a failed or cancelled run, when all samples are there; rejects
 * only where the run could not be kept (a full disk under the manifest, a bug of ours).
 */
export async function executeRun(request: RunRequest): Promise<RunReport> {
  const run = new RunExecution(request);
  return run.execute();
}

class RunExecution {
  readonly #request: RunRequest;
  readonly #recorder: RunRecorder;
  readonly #nodes: ReadonlyMap<NodeId, BoundNode>;
  readonly #results = new Map<NodeId, StagedResult>();
  /** The failed node that a node without result waits for. */
  readonly #blame = new Map<NodeId, NodeId>();

  constructor(request: RunRequest) {
    this.#request = request;
    this.#nodes = new Map(request.plan.graph.nodes.map((node) => [node.id, node]));
    this.#recorder = new RunRecorder(request.runId, request.plan, request);
  }

  async execute(): Promise<RunReport> {
    const { plan, concurrency, signal } = this.#request;
    const executed: Segment[] = [];
    this.#recorder.started();
    await this.#reuse();
    await runSegments(plan.segments, concurrency, (segment) => this.#run(segment, executed));
    const { status, error } = await this.#outcome(signal);
    this.#recorder.finish(status, error);
    await takeSamples({ ...this.#request, recorder: this.#recorder, results: this.#results, executed });
    await this.#closeStaging(status);
    return this.#recorder.report();
  }

  async #outcome(signal: AbortSignal): Promise<{ status: RunStatus; error: AppError | null }> {
    if (signal.aborted) {
      const reason = toAppError(signal.reason);
      const status = reason.code === 'cancelled' || reason.code === 'interrupted' ? reason.code : 'failed';
      return { status, error: reason };
    }
    try {
      await this.#request.staging.flush();
    } catch (thrown) {
      return { status: 'failed', error: toAppError(thrown) };
    }
    return { status: this.#recorder.hasFailures() ? 'failed' : 'succeeded', error: null };
  }

  /** The run has its outcome; a catalogue that cannot be written any more does not change it. */
  async #closeStaging(status: RunStatus): Promise<void> {
    const { staging } = this.#request;
    try {
      await writeCatalogue(path.join(staging.folder, 'catalogue.duckdb'), staging.staged());
      await staging.finish(status);
    } catch (thrown) {
      this.#recorder.log('warn', `The results are not kept in full: ${toAppError(thrown).message}`);
    }
  }

  async #reuse(): Promise<void> {
    const { plan, staging, earlier } = this.#request;
    for (const { nodeId, artefact, reason } of plan.reused) {
      const node = this.#node(nodeId);
      if ((artefact as FoundArtefact).kind === 'written') {
        staging.record(nodeId, {
          ...(earlier?.nodes[nodeId] ?? { result: { kind: 'passed' }, schema: node.schema }),
          key: artefact.key,
          rows: artefact.rows,
        });
      } else {
        const staged = await staging.adopt(artefact, node.schema);
        this.#results.set(nodeId, { path: staged, rows: artefact.rows });
      }
      this.#recorder.reused(nodeId, artefact.rows, reason);
    }
    for (const { nodeId, by } of plan.covered) {
      const rows = earlier?.nodes[nodeId]?.rows ?? null;
      staging.record(nodeId, {
        key: this.#key(nodeId),
        result: { kind: 'passed' },
        rows,
        schema: this.#node(nodeId).schema,
      });
      this.#recorder.reused(
        nodeId,
        rows,
        `Nothing needs its rows again: "${this.#node(by).name}" is reused.`,
      );
    }
  }

  /** Runs a segment to its end, good or bad; answers with the segments that take its place, if any. */
  async #run(segment: Segment, executed: Segment[]): Promise<Segment[]> {
    if (this.#isStopped()) return [];
    const blocked = segment.reads.find((id) => this.#blame.has(id));
    if (blocked !== undefined) {
      this.#skip(segment, blocked);
      return [];
    }
    this.#recorder.segmentStarted(segment);
    try {
      await this.#runStatement(segment);
      executed.push(segment);
      return [];
    } catch (thrown) {
      if (this.#isStopped()) return [];
      return this.#afterFailure(segment, thrown);
    }
  }

  async #runStatement(segment: Segment): Promise<void> {
    const { engine, plan, counts, signal, staging } = this.#request;
    const members = segment.nodes.map((id) => this.#node(id));
    const built = segmentRequest(segment, {
      nodes: this.#nodes,
      plan,
      results: this.#results,
      stage: (id) => staging.pathOf(id),
      destinations: this.#request.destinations,
    });
    const result = await attempt(limitsOf(members), {
      signal,
      run: (limited) =>
        engine.runSegment({
          ...built,
          counts,
          signal: limited,
          onProgress: (share) => this.#recorder.progress(segment, share),
        }),
      onRetry: (error, waitMs) =>
        this.#recorder.log(
          'warn',
          `${error.message} Trying again in ${Math.round(waitMs)} ms.`,
          segment.output,
        ),
    });
    await this.#keep(segment, result);
    this.#recorder.segmentFinished(
      segment,
      result,
      new Map(built.steps.map((step) => [step.nodeId, step.sql])),
    );
  }

  async #keep(segment: Segment, result: SegmentResult): Promise<void> {
    const { staging, destinations } = this.#request;
    for (const id of segment.nodes) {
      if (id === segment.output) continue;
      const rows = result.counts.get(id)?.exact ?? null;
      staging.record(id, {
        key: this.#key(id),
        result: { kind: 'passed' },
        rows,
        schema: this.#node(id).schema,
      });
    }
    const { output } = segment;
    const entry = { key: this.#key(output), rows: result.outputRows, schema: result.schema };
    const destination = destinations.get(output);
    if (segment.target === 'stage') {
      await staging.recordStaged(output, entry);
      this.#results.set(output, { path: staging.pathOf(output), rows: result.outputRows });
    } else if (destination) {
      staging.record(output, { ...entry, result: await writtenResult(destination.path, result.bytes) });
    }
  }

  #afterFailure(segment: Segment, thrown: unknown): Segment[] {
    const error = toAppError(thrown);
    if (segment.nodes.length > 1 && isWorthSplitting(error)) {
      this.#recorder.waiting(segment.nodes);
      return splitSegment(segment, (id) => inputsOf(this.#node(id)));
    }
    const guilty = segment.nodes.find((id) => id === error.nodeId) ?? segment.output;
    this.#blame.set(guilty, guilty);
    this.#recorder.failed(guilty, error, null);
    for (const id of segment.nodes) {
      if (id === guilty) continue;
      this.#blame.set(id, guilty);
      this.#recorder.skipped(id, guilty);
    }
    // Readers know the segment by the node it ends in.
    this.#blame.set(segment.output, guilty);
    return [];
  }

  #skip(segment: Segment, blocked: NodeId): void {
    const guilty = this.#blame.get(blocked) ?? blocked;
    for (const id of segment.nodes) {
      this.#blame.set(id, guilty);
      this.#recorder.skipped(id, guilty);
    }
  }

  #isStopped(): boolean {
    return this.#request.signal.aborted;
  }

  #node(id: NodeId): BoundNode {
    const node = this.#nodes.get(id);
    if (!node)
      throw new AppError('internal', `The plan names a node "${id}" that the graph does not have.`, {
        kind: 'bug',
      });
    return node;
  }

  #key(id: NodeId): string | null {
    return this.#request.keys.get(id) ?? null;
  }
}

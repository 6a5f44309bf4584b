import path from 'node:path';
import { AppError, toAppError } from '#lib/errors/app-error.ts';
import type { BoundNode } from '#lib/bind/types.ts';
import type { RunReport, RunStatus } from '#lib/contracts/run-record.ts';
import { dependenciesOf } from '#lib/bind/dependencies.ts';
import { descendants } from '#lib/graph/dag.ts';
import type { NodeId } from '#lib/graph/ids.ts';
import { inputsOf } from '#lib/plan/readers.ts';
import type { RunPlan, Segment } from '#lib/plan/types.ts';
import type {
  DestinationFile,
  Engine,
  SegmentRequest,
  SegmentResult,
} from '#server/engines/duckdb/engine.ts';
import type { Sandbox } from '#server/sandbox/sandbox.ts';
import type { LogLevel } from '#server/sandbox/wire.ts';
import { runCodeSegment } from '../code/code-segment.ts';
import { writeCatalogue } from '#server/engines/duckdb/catalogue.ts';
import type { StagingArea } from '../staging/staging-area.ts';
import type { FoundArtefact } from '../staging/artefacts.ts';
import type { Manifest } from '../staging/manifest.ts';
import type { KeptMember } from '../staging/result-store.ts';
import type { ResultKeeper } from './keep-results.ts';
import { sayReused } from './say-reused.ts';
import { writtenResult } from './destination.ts';
import { attempt, isWorthSplitting, limitsOf } from './attempt.ts';
import { RunRecorder, type RunListener } from './run-recorder.ts';
import { runSegments, splitSegment } from './run-segments.ts';
import { SeparateStatements, type OwnDatabase } from './separate-statements.ts';
import { takeSamples } from './samples.ts';
import { segmentRequest, type StagedResult } from './segment-request.ts';

/** What a run stands on. `earlier` is the manifest of the run that is resumed. */
export interface RunRequest {
  runId: string;
  plan: RunPlan;
  counts: 'exact' | 'fast';
  engine: Engine;
  /** A database for one statement alone. */
  openOwn: (own: OwnDatabase) => Engine;
  sandbox: Sandbox;
  staging: StagingArea;
  /** Content keys by node; null where a result must never be reused. */
  keys: ReadonlyMap<NodeId, string | null>;
  earlier: Manifest | null;
  /** What is known of nodes of earlier runs, by content key. */
  members: ReadonlyMap<string, KeptMember>;
  /** Why each node that runs does so. */
  reasons: ReadonlyMap<NodeId, string>;
  /** Keeps good results for later runs; null where this run is to leave none. */
  keeper: ResultKeeper | null;
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
  readonly #separate: SeparateStatements;
  readonly #results = new Map<NodeId, StagedResult>();
  /** The failed node that a node without result waits for. */
  readonly #blame = new Map<NodeId, NodeId>();
  readonly #executed: Segment[] = [];
  /** Code that was seen to ask chance or the clock. */
  readonly #byChance = new Set<NodeId>();
  /** That code, and all below it: nobody finds their rows again. */
  #notAgain: ReadonlySet<string> = new Set();

  constructor(request: RunRequest) {
    this.#request = request;
    this.#nodes = new Map(request.plan.graph.nodes.map((node) => [node.id, node]));
    this.#separate = new SeparateStatements(this.#nodes, request.openOwn);
    this.#recorder = new RunRecorder(request.runId, request.plan, request);
  }

  async execute(): Promise<RunReport> {
    const { plan, concurrency, signal } = this.#request;
    const executed = this.#executed;
    this.#recorder.started();
    this.#reuse();
    await runSegments(plan.segments, {
      concurrency,
      isAlone: (segment) => this.#separate.has(segment),
      run: (segment) => this.#run(segment),
    });
    const { status, error } = await this.#outcome(signal);
    this.#recorder.finish(status, error);
    await takeSamples({ ...this.#request, recorder: this.#recorder, results: this.#results, executed });
    await this.#keepResults(executed);
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

  /** Later runs do well without what cannot be kept. */
  async #keepResults(executed: readonly Segment[]): Promise<void> {
    const { keeper, staging } = this.#request;
    try {
      await keeper?.keep(executed, { recorder: this.#recorder, staging, byChance: this.#byChance });
    } catch (thrown) {
      this.#recorder.log('warn', `Its results are not kept for later runs: ${toAppError(thrown).message}`);
    }
  }

  /** The run has its outcome; a catalogue that cannot be written any more does not change it. */
  async #closeStaging(status: RunStatus): Promise<void> {
    const { staging, plan } = this.#request;
    try {
      await staging.sweep(neverKept(plan.graph.nodes));
      await writeCatalogue(path.join(staging.folder, 'catalogue.duckdb'), staging.staged());
      await staging.finish(status);
    } catch (thrown) {
      this.#recorder.log('warn', `The results are not kept in full: ${toAppError(thrown).message}`);
    }
  }

  #reuse(): void {
    const { plan, staging, earlier } = this.#request;
    const artefacts = new Map(plan.reused.map(({ nodeId, artefact }) => [nodeId, artefact as FoundArtefact]));
    const covered = new Map(plan.covered.map(({ nodeId, by }) => [nodeId, by]));
    // In the order of the graph, so that each knows the counts of what it read.
    for (const id of plan.nodes) {
      const artefact = artefacts.get(id);
      const by = covered.get(id);
      const { schema } = this.#node(id);
      if (artefact) {
        const { key, rows, result, path: file, madeAt } = artefact;
        staging.record(id, { key, result, rows, schema });
        if (result.kind === 'staged') this.#results.set(id, { path: file, rows });
        this.#reused(id, sayReused(madeAt), rows);
      } else if (by !== undefined) {
        const rows = this.#member(id)?.rows ?? earlier?.nodes[id]?.rows ?? null;
        staging.record(id, { key: this.#key(id), result: { kind: 'passed' }, rows, schema });
        this.#reused(id, `Nothing needs its rows again: "${this.#node(by).name}" is reused.`, rows);
      }
    }
  }

  #reused(nodeId: NodeId, reason: string, rows: number | null): void {
    const member = this.#member(nodeId);
    const rowsAtLeast = rows === null ? (member?.rowsAtLeast ?? null) : null;
    this.#recorder.reused(nodeId, reason, { rows, rowsAtLeast, sql: member?.sql ?? null });
    if (member?.sample) this.#recorder.sampled(nodeId, member.sample);
  }

  #member(nodeId: NodeId): KeptMember | undefined {
    return this.#request.members.get(this.#key(nodeId) ?? '');
  }

  /** Runs a segment to its end, good or bad; answers with the segments that take its place, if any. */
  async #run(segment: Segment): Promise<Segment[]> {
    if (this.#isStopped()) return [];
    const blocked =
      segment.reads.find((id) => this.#blame.has(id)) ??
      segment.repeats.find((id) => this.#blame.get(id) === id);
    if (blocked !== undefined) {
      this.#skip(segment, blocked);
      return [];
    }
    this.#recorder.segmentStarted(segment);
    try {
      await this.#runStatement(segment);
      this.#executed.push(segment);
      return [];
    } catch (thrown) {
      if (this.#isStopped()) return [];
      return this.#afterFailure(segment, thrown);
    }
  }

  async #runStatement(segment: Segment): Promise<void> {
    const { plan, counts, signal, staging } = this.#request;
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
        this.#runPart(segment, {
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
    for (const id of segment.repeats) this.#recorder.repeated(id, result.counts.get(id)?.exact ?? null);
    this.#recorder.segmentFinished(
      segment,
      result,
      new Map(built.steps.map((step) => [step.nodeId, step.sql])),
    );
  }

  #runPart(segment: Segment, request: SegmentRequest): Promise<SegmentResult> {
    const { engine, plan, sandbox } = this.#request;
    const node = this.#node(segment.output);
    if (node.kind !== 'code') return this.#separate.use(segment, engine, (own) => own.runSegment(request));
    const onLog = (level: LogLevel, text: string) => {
      this.#recorder.log(level === 'debug' ? 'info' : level, text, node.id);
    };
    const onChance = () => {
      this.#byChance.add(node.id);
      this.#notAgain = descendants(dependenciesOf(plan.graph), this.#byChance);
    };
    const code = { node, graph: plan.graph, engine, sandbox, mode: plan.engine, onLog, onChance };
    return runCodeSegment(code, request);
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
    if (this.#separate.tryAgain(segment, error)) {
      this.#recorder.waiting(segment.nodes);
      const again = `${error.message} It runs again by itself, with one thread.`;
      this.#recorder.log('warn', again, segment.output);
      return [segment];
    }
    const guilty = [...segment.repeats, ...segment.nodes].find((id) => id === error.nodeId) ?? segment.output;
    this.#blame.set(guilty, guilty);
    if (this.#recorder.record(guilty)?.status !== 'failed') this.#recorder.failed(guilty, error, null);
    for (const id of segment.nodes) {
      if (id === guilty) continue;
      this.#blame.set(id, guilty);
      this.#recorder.skipped(id, guilty);
      if (this.#executed.some(({ repeats }) => repeats.includes(id))) this.#recorder.repeated(id, null);
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
    return this.#notAgain.has(id) ? null : (this.#request.keys.get(id) ?? null);
  }
}

function neverKept(nodes: readonly BoundNode[]): NodeId[] {
  return nodes.filter((node) => node.node.cache === 'never-keep').map((node) => node.id);
}

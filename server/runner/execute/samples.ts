import type { BoundNode } from '#lib/bind/types.ts';
import type { JsonRow } from '#lib/contracts/run-record.ts';
import { AppError, toAppError } from '#lib/errors/app-error.ts';
import type { NodeId } from '#lib/graph/ids.ts';
import { inputsOf, readersByNode, type Readers } from '#lib/plan/readers.ts';
import { passageOf, pickedColumns } from '#lib/plan/sampling.ts';
import type { RunPlan, Segment } from '#lib/plan/types.ts';
import type { DestinationFile, Engine, PageRequest } from '#server/engines/duckdb/engine.ts';
import { keepsEveryType } from '#server/engines/duckdb/stored-types.ts';
import type { StagingArea } from '../staging/staging-area.ts';
import { stampOf } from '../staging/stamp.ts';
import type { RunRecorder } from './run-recorder.ts';
import { KeptSamples } from './kept-samples.ts';
import type { StagedResult } from './segment-request.ts';

/** Rows of a node that are kept with its record. */
const SAMPLE_ROWS = 50;

/** A sample is worth a wait, not a long one: after this the node shows its rows when someone asks. */
const SAMPLE_TIMEOUT_MS = 20_000;
/** All of them together; of a run that was cancelled, or whose time is over, they had better come soon. */
const ALL_TIMEOUT_MS = 120_000;
const AFTER_THE_END_MS = 10_000;

export interface SampleRequest {
  plan: RunPlan;
  engine: Engine;
  recorder: RunRecorder;
  results: ReadonlyMap<NodeId, StagedResult>;
  /** What destinations wrote. */
  destinations: ReadonlyMap<NodeId, DestinationFile>;
  staging: Pick<StagingArea, 'entry'>;
  /** Samples taken side by side. */
  concurrency: number;
  /** Segments that ran well. */
  executed: readonly Segment[];
  /** Of the run. Aborted while samples are taken, it ends that; aborted before, there is little time for it. */
  signal: AbortSignal;
}

/**
 * The first rows of every node that has some, once the run itself is over. What lies on disk is read there; what shows in
 * a reader's rows is taken from them; the rest is the node's part of its statement again, with a limit, over what has
 * been sampled before wherever that is enough. A sample that cannot be had is no failure of the run; the log says so.
 */
export async function takeSamples(request: SampleRequest): Promise<void> {
  const { plan, recorder, executed, concurrency } = request;
  const segments = new Map(executed.flatMap((segment) => segment.nodes.map((id) => [id, segment] as const)));
  const succeeded = plan.graph.nodes.filter((node) => {
    const record = recorder.record(node.id);
    return record?.status === 'succeeded' && record.sample === null;
  });
  const sampler = new Sampler(request);
  for (const node of succeeded) await sampler.orWarn(node, () => sampler.read(node));
  for (const node of succeeded.toReversed()) if (!sampler.isDone(node.id)) sampler.takeFromReader(node);
  // Nodes of one segment come one after another, since each may start from the one before.
  const waiting = [...Map.groupBy(succeeded, (node) => segments.get(node.id) ?? node.id).entries()];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [segment, nodes] = next;
      await sampler.computeAll(nodes, typeof segment === 'object' && segment.ordered);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  recorder.inputsSampled();
}

class Sampler {
  readonly #request: SampleRequest;
  readonly #nodes: ReadonlyMap<NodeId, BoundNode>;
  readonly #readers: Readers;
  /** Aborted when no more samples are to be taken. */
  readonly #noMore: AbortSignal;

  constructor(request: SampleRequest) {
    this.#request = request;
    const { signal } = request;
    this.#noMore = signal.aborted
      ? AbortSignal.timeout(AFTER_THE_END_MS)
      : AbortSignal.any([signal, AbortSignal.timeout(ALL_TIMEOUT_MS)]);
    const { nodes } = request.plan.graph;
    this.#nodes = new Map(nodes.map((node) => [node.id, node]));
    this.#readers = readersByNode(nodes);
  }

  isDone(id: NodeId): boolean {
    return this.#sample(id) !== null;
  }

  /** Rows that lie on disk. */
  async read(node: BoundNode): Promise<void> {
    const { recorder, results, destinations } = this.#request;
    const staged = results.get(node.id);
    const written = destinations.get(node.id);
    if (this.#rowsOut(node.id) === 0) recorder.sampled(node.id, []);
    else if (staged) recorder.sampled(node.id, await this.#page({ path: staged.path }));
    else if (
      written?.format === 'parquet' &&
      written.partitionBy.length === 0 &&
      keepsEveryType(node.schema)
    ) {
      const rows = await this.#page({ path: written.path, schema: node.schema });
      if (await this.#isUntouched(node.id, written.path)) recorder.sampled(node.id, rows);
    }
  }

  /** Rows that show in those of a node that reads this one. */
  takeFromReader(node: BoundNode): void {
    for (const reader of this.#readers.get(node.id) ?? []) {
      const rows = this.#sample(reader.id);
      const passage = rows && passageOf(node, reader);
      if (!passage || !node.schema.every(({ name }) => passage.columns.has(name))) continue;
      const isFirst = passage.inOrder && passage.rows !== 'some' && reader.ordered;
      if (node.ordered && !isFirst) continue;
      if (rows.length < this.#wanted(node.id)) continue;
      this.#request.recorder.sampled(node.id, renamed(rows, [...passage.columns]));
      return;
    }
  }

  /** The rest of a segment's nodes, in the order of the graph. */
  async computeAll(nodes: readonly BoundNode[], isOrdered: boolean): Promise<void> {
    const open = nodes.filter((node) => !this.isDone(node.id));
    const kept = new KeptSamples({
      ...this.#request,
      nodes: this.#nodes,
      // Where a node promises an order, its sample is its first rows, whatever its statement was allowed.
      ordered: isOrdered || open.some((node) => node.ordered),
      limit: SAMPLE_ROWS,
      rowsOut: (id) => this.#rowsOut(id),
      signal: () => this.#limited(),
    });
    for (const node of open)
      await this.orWarn(node, async () => {
        const readers = (this.#readers.get(node.id) ?? []).filter(({ id }) => !this.isDone(id));
        this.#request.recorder.sampled(node.id, this.#picked(node) ?? (await kept.compute(node, readers)));
      });
  }

  async orWarn(node: BoundNode, work: () => Promise<void>): Promise<void> {
    try {
      if (this.#noMore.aborted) throw tooLate();
      await work();
    } catch (thrown) {
      const { message } = this.#noMore.aborted ? tooLate() : toAppError(thrown);
      this.#request.recorder.log('warn', `No sample of "${node.name}": ${message}`, node.id);
    }
  }

  #limited(): AbortSignal {
    return AbortSignal.any([this.#noMore, AbortSignal.timeout(SAMPLE_TIMEOUT_MS)]);
  }

  /** The input's rows where the node only picks columns of them. */
  #picked(node: BoundNode): JsonRow[] | null {
    const columns = pickedColumns(node);
    const [input] = inputsOf(node);
    const rows = input === undefined ? null : this.#sample(input);
    return columns && rows ? renamed(rows, [...columns]) : null;
  }

  async #page(file: Pick<PageRequest, 'path' | 'schema'>): Promise<JsonRow[]> {
    const signal = this.#limited();
    const page = await this.#request.engine.readPage({ ...file, offset: 0, limit: SAMPLE_ROWS, signal });
    return page.rows;
  }

  /** False where somebody wrote the file after this run did: its rows are no longer this run's. */
  async #isUntouched(id: NodeId, path: string): Promise<boolean> {
    const result = this.#request.staging.entry(id)?.result;
    return result?.kind === 'written' && result.stamp === (await stampOf(path));
  }

  /** Fewer rows than this are no sample. */
  #wanted(id: NodeId): number {
    return Math.min(SAMPLE_ROWS, this.#rowsOut(id) ?? SAMPLE_ROWS);
  }

  #rowsOut(id: NodeId): number | null {
    return this.#request.recorder.record(id)?.rowsOut ?? null;
  }

  #sample(id: NodeId): JsonRow[] | null {
    return this.#request.recorder.record(id)?.sample ?? null;
  }
}

function tooLate(): AppError {
  return new AppError('cancelled', 'The time for samples was over.');
}

function renamed(
  rows: readonly JsonRow[],
  columns: readonly (readonly [to: string, from: string])[],
): JsonRow[] {
  return rows.map((row) => Object.fromEntries(columns.map(([to, from]) => [to, row[from] ?? null])));
}

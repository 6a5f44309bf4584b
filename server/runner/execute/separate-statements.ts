import path from 'node:path';
import type { BoundNode } from '#lib/bind/types.ts';
import type { AppError } from '#lib/errors/app-error.ts';
import type { NodeId } from '#lib/graph/ids.ts';
import type { Segment } from '#lib/plan/types.ts';
import { holdingFunction } from '#server/engines/duckdb/held-in-memory.ts';
import type { Engine, EngineOptions } from '#server/engines/duckdb/engine.ts';
import { bytesOf, memoryLimitOf } from '../run-limits.ts';

/** What a statement gets that shares its database with no other. */
export interface OwnDatabase {
  ordered: boolean;
  /** The run's limit where null. */
  memoryLimitBytes: number | null;
  /** As many as the run has where null. */
  threads: number | null;
}

/** Options of such a database, for one statement at a time and within what the run has. */
export function ownOptions(
  { ordered, memoryLimitBytes, threads }: OwnDatabase,
  run: EngineOptions,
): EngineOptions {
  return {
    ...run,
    tempDirectory: path.join(run.tempDirectory, 'own'),
    memoryLimitBytes: memoryLimitOf(memoryLimitBytes ?? undefined, run.memoryLimitBytes),
    threads: threads ?? run.threads,
    concurrency: 1,
    orders: ordered ? 'ordered' : 'unordered',
  };
}

/**
 * Statements that run by themselves, each on a database of its own: those of nodes with a memory limit, and second tries
 * of statements that ran out of memory while they shared it.
 */
export class SeparateStatements {
  readonly #nodes: ReadonlyMap<NodeId, BoundNode>;
  readonly #open: (own: OwnDatabase) => Engine;
  readonly #second = new Set<string>();

  constructor(nodes: ReadonlyMap<NodeId, BoundNode>, open: (own: OwnDatabase) => Engine) {
    this.#nodes = nodes;
    this.#open = open;
  }

  has(segment: Segment): boolean {
    return this.#second.has(segment.id) || this.#limitOf(segment) !== null;
  }

  /**
   * True, once for each segment, where it may well have memory enough by itself and with one thread, which buffers less
   * than several; `has` is true of it from then on.
   */
  tryAgain(segment: Segment, error: AppError): boolean {
    const [only, ...others] = segment.nodes;
    if (error.code !== 'out-of-memory' || only === undefined || others.length > 0) return false;
    if (this.#second.has(segment.id) || this.#isCode(only)) return false;
    if (error.sql !== undefined && holdingFunction(error.sql) !== null) return false;
    this.#second.add(segment.id);
    return true;
  }

  /** Gives `work` the engine that the segment's statement is to run on; it is gone afterwards if it was the segment's own. */
  async use<T>(segment: Segment, shared: Engine, work: (engine: Engine) => Promise<T>): Promise<T> {
    if (!this.has(segment)) return work(shared);
    const engine = this.#open({
      ordered: segment.ordered,
      memoryLimitBytes: this.#limitOf(segment),
      threads: this.#second.has(segment.id) ? 1 : null,
    });
    try {
      return await work(engine);
    } finally {
      await engine.close();
    }
  }

  /** A node with a limit is alone in its segment; the limit of code is that of its sandbox. */
  #limitOf({ nodes: [only] }: Segment): number | null {
    const limit =
      only === undefined || this.#isCode(only) ? undefined : this.#nodes.get(only)?.node.memoryLimit;
    return limit === undefined ? null : bytesOf(limit);
  }

  #isCode(id: NodeId): boolean {
    return this.#nodes.get(id)?.kind === 'code';
  }
}

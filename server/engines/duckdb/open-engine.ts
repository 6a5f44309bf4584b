import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { RowsPage } from '#lib/contracts/preview.ts';
import type { Profile } from '#lib/contracts/profile.ts';
import type { Schema } from '#lib/sql/schema.ts';
import { loadBatches, streamBatches, type CellBatch, type LoadedTable } from './batches.ts';
import { compose, type OpenRead } from './compose.ts';
import { fromDuckDB } from './duckdb-error.ts';
import {
  nodeTable,
  type BatchRequest,
  type Engine,
  type EngineOptions,
  type KeepRequest,
  type KeptRows,
  type LoadRequest,
  type PageRequest,
  type PrefixRequest,
  type ProfileRequest,
  type SegmentRead,
  type SegmentRequest,
  type SegmentResult,
} from './engine.ts';
import { Handoff, HandoffLeft } from './handoff.ts';
import { LockedInstance } from './instance.ts';
import { keepFirstRows, readFirstRows, readStagedPage } from './read-page.ts';
import { profileStaged } from './profile.ts';
import { readStagedSample } from './read-sample.ts';
import { runSegment } from './run-segment.ts';
import { stagedSchema } from './staged-files.ts';

type Order = 'ordered' | 'unordered';

/**
 * Opens an engine for a run. Keeping rows in order is a setting of a whole DuckDB instance, so there is one instance for
 * segments that promise an order and one for those that do not, each opened when first needed.
 */
export function openEngine(options: EngineOptions): Engine {
  return new DuckDBEngine(options);
}

class DuckDBEngine implements Engine {
  readonly #options: EngineOptions;
  readonly #instances = new Map<Order, Promise<LockedInstance>>();
  /** Staged files do not change, so neither do their columns. */
  readonly #schemas = new Map<string, Promise<Schema>>();

  readonly #opened: LockedInstance[] = [];

  #loaded = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
    // Begun before the first statement is ready; whoever needs it hears of what goes wrong.
    if (options.orders !== 'both') this.#instance(options.orders).catch(() => undefined);
  }

  get isSpent(): boolean {
    return this.#opened.some((instance) => instance.isSpent);
  }

  async runSegment(request: SegmentRequest): Promise<SegmentResult> {
    const instance = this.#instance(request.ordered ? 'ordered' : 'unordered');
    const reads =
      request.reads.length > 0 ? await this.#openReads(await instance, request.reads, request.signal) : [];
    return runSegment(instance, request, reads);
  }

  async readPage(request: PageRequest): Promise<RowsPage> {
    const instance = await this.#any();
    return inPlainWords(() =>
      instance.use((connection) => readStagedPage(connection, request), { signal: request.signal }),
    );
  }

  async readSample(request: { path: string; rows: number; signal: AbortSignal }): Promise<RowsPage> {
    const instance = await this.#any();
    return inPlainWords(() =>
      instance.use((connection) => readStagedSample(connection, request), { signal: request.signal }),
    );
  }

  async profile({ path: file, signal, onProgress }: ProfileRequest): Promise<Profile> {
    const instance = await this.#any();
    let part = { from: 0, to: 1 };
    const onPart = (next: typeof part) => {
      part = next;
      onProgress?.(part.from);
    };
    return inPlainWords(() =>
      instance.use((connection) => profileStaged(connection, { path: file, onPart }), {
        signal,
        onProgress: (share) => onProgress?.(part.from + share * (part.to - part.from)),
      }),
    );
  }

  async samplePrefix(request: PrefixRequest): Promise<RowsPage> {
    const instance = await this.#instance(request.ordered ? 'ordered' : 'unordered');
    const reads = await this.#openReads(instance, request.reads, request.signal);
    const { sql } = compose(request.steps, reads, { last: request.nodeId, tags: new Map() });
    return inPlainWords(
      () =>
        instance.use((connection) => readFirstRows(connection, { ...request, select: sql }), {
          signal: request.signal,
        }),
      sql,
    );
  }

  async keepSample(request: KeepRequest): Promise<KeptRows> {
    const instance = await this.#instance(request.ordered ? 'ordered' : 'unordered');
    const reads = await this.#openReads(instance, request.reads, request.signal);
    const { sql } = compose(request.steps, reads, { last: request.nodeId, tags: new Map() });
    const query = { ...request, select: sql, table: nodeTable(request.nodeId) };
    return inPlainWords(
      () => instance.use((connection) => keepFirstRows(connection, query), { signal: request.signal }),
      sql,
    );
  }

  async *batches({ reads, steps, nodeId, parameters, signal }: BatchRequest): AsyncGenerator<CellBatch> {
    const instance = await this.#instance('ordered');
    const opened = await this.#openReads(instance, reads, signal);
    const { sql } = compose(steps, opened, { last: nodeId, tags: new Map() });
    const handoff = new Handoff<CellBatch>();
    const pushing = instance
      .use(
        (connection) => streamBatches(connection, { select: sql, parameters }, (batch) => handoff.put(batch)),
        {
          signal,
        },
      )
      .then(
        () => {
          handoff.end();
        },
        (error: unknown) => {
          handoff.end(error instanceof HandoffLeft ? null : fromDuckDB(error, { sql }));
        },
      );
    try {
      yield* handoff;
    } finally {
      await pushing;
    }
  }

  async withLoaded<T>(request: LoadRequest, work: (loaded: LoadedTable) => Promise<T>): Promise<T> {
    const instance = await this.#instance('ordered');
    const { columns, batches, signal } = request;
    const table = `@loaded ${(this.#loaded += 1)}`;
    const loaded = await instance.use((connection) => loadBatches(connection, { table, columns }, batches), {
      signal,
    });
    try {
      return await work(loaded);
    } finally {
      await instance.use((connection) => connection.run(`DROP TABLE ${loaded.table}`));
    }
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#instances.values());
    await Promise.all(
      opened.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.close()] : [])),
    );
    await rm(this.#options.tempDirectory, { recursive: true, force: true });
  }

  #any(): Promise<LockedInstance> {
    const [first] = this.#instances.values();
    return first ?? this.#instance(this.#options.orders === 'ordered' ? 'ordered' : 'unordered');
  }

  #instance(order: Order): Promise<LockedInstance> {
    const known = this.#instances.get(order);
    if (known) return known;
    const { directories, files, tempDirectory, memoryLimitBytes, threads, concurrency, orders } =
      this.#options;
    const spills = this.#options.spills ?? true;
    const instance = LockedInstance.open({
      allowedDirectories: directories,
      allowedPaths: files,
      tempDirectory: spills ? path.join(tempDirectory, order) : null,
      memoryLimitBytes: orders === 'both' ? Math.floor(memoryLimitBytes / 2) : memoryLimitBytes,
      threads,
      preserveInsertionOrder: order === 'ordered',
      connections: concurrency + 1,
    });
    this.#instances.set(order, instance);
    instance.then(
      (opened) => this.#opened.push(opened),
      () => undefined,
    );
    return instance;
  }

  #openReads(
    instance: LockedInstance,
    reads: readonly SegmentRead[],
    signal: AbortSignal,
  ): Promise<OpenRead[]> {
    return Promise.all(
      reads.map(async (read) => ({ ...read, schema: await this.#schemaOf(instance, read.path, signal) })),
    );
  }

  #schemaOf(instance: LockedInstance, file: string, signal: AbortSignal): Promise<Schema> {
    const known = this.#schemas.get(file);
    if (known) return known;
    const schema = inPlainWords(() =>
      instance.use((connection) => stagedSchema(connection, file), { signal }),
    );
    this.#schemas.set(file, schema);
    schema.catch(() => this.#schemas.delete(file));
    return schema;
  }
}

async function inPlainWords<T>(work: () => Promise<T>, sql?: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fromDuckDB(error, sql === undefined ? {} : { sql });
  }
}

import { mkdir, rm } from 'node:fs/promises';
import os from 'node:os';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { AppError } from '#lib/errors/app-error.ts';
import { quoteLiteral } from '#lib/sql/quote.ts';
import { memoryWatch } from './memory-watch.ts';

export interface InstanceSettings {
  /** Folders whose files statements may read and write. Absolute; none: no file at all. */
  allowedDirectories: string[];
  /** Single files that statements may read and write besides. Absolute. */
  allowedPaths: string[];
  /** Where what exceeds memory goes: made on opening, removed on closing. Null: nothing is spilled. */
  tempDirectory: string | null;
  memoryLimitBytes: number;
  threads: number;
  /** False lets DuckDB hand rows on in any order, which makes counting nearly free. */
  preserveInsertionOrder: boolean;
  /** How many statements may run at once; more wait. */
  connections: number;
  /** True where statements are only bound, never run: no optimiser, which would compute constants. */
  bindOnly?: boolean;
}

/** What a connection must have set before the configuration is locked: which measures EXPLAIN ANALYZE takes, progress. */
const SESSION_SETTINGS = [
  // Setting the measures switches a printed profile on; this switches it off again and keeps the measures.
  `SET custom_profiling_settings='{"OPERATOR_TYPE":"true","OPERATOR_CARDINALITY":"true","EXTRA_INFO":"true","SYSTEM_PEAK_BUFFER_MEMORY":"true"}'`,
  `SET enable_profiling='no_output'`,
  'SET enable_progress_bar=true',
  'SET enable_progress_bar_print=false',
  'SET progress_bar_time=0',
  'SET errors_as_json=true',
];

/** An interrupt that comes before the statement has begun is lost, so it is repeated until the statement ends. */
const INTERRUPT_AGAIN_MS = 20;
const PROGRESS_EVERY_MS = 200;

export interface UseOptions {
  signal?: AbortSignal | undefined;
  /** Share done, 0 to 1. */
  onProgress?: ((share: number) => void) | undefined;
  /** True where a function of the statement holds values in memory that DuckDB does not count. */
  isHolding?: boolean;
}

/** What an instance is made with. Most runs want what the run before wanted. */
type Made = Pick<InstanceSettings, 'memoryLimitBytes' | 'threads' | 'preserveInsertionOrder'>;

/** Opened, and set as far as that can be done before anybody knows for what. */
interface Opened {
  made: Made;
  instance: DuckDBInstance;
  connections: DuckDBConnection[];
}

/** As many connections as a run wants unless its document says otherwise. */
const SPARE_CONNECTIONS = 5;

/** A run's statements and its samples: rows as they come, and rows in order. */
const SPARE_ORDERS = [false, true];

interface Spare {
  preserveInsertionOrder: boolean;
  opened: Promise<Opened>;
}

const spares: Spare[] = [];
let usual: Omit<Made, 'preserveInsertionOrder'> = {
  memoryLimitBytes: Math.floor(os.totalmem() / 2),
  threads: os.availableParallelism(),
};

/**
 * Begins to make instances for whoever opens the next ones. Each takes 15 ms of one core and needs to know nothing of a
 * run, so it is done between runs, or while a run's document is being read. Resolves when they are there, or are not to
 * be had, of which whoever opens one hears.
 */
export async function prepareInstances(): Promise<void> {
  for (const preserveInsertionOrder of SPARE_ORDERS) {
    if (spares.some((spare) => spare.preserveInsertionOrder === preserveInsertionOrder)) continue;
    const before = spares.at(-1)?.opened;
    const make = () => openInstance({ ...usual, preserveInsertionOrder });
    // One after the other, so that the first is there sooner.
    const spare = { preserveInsertionOrder, opened: before ? before.then(make) : make() };
    spares.push(spare);
    spare.opened.catch(() => {
      const at = spares.indexOf(spare);
      if (at >= 0) void spares.splice(at, 1);
    });
  }
  await Promise.allSettled(spares.map(({ opened }) => opened));
}

async function takeSpare(settings: Made, connections: number): Promise<Opened> {
  usual = { memoryLimitBytes: settings.memoryLimitBytes, threads: settings.threads };
  const fitting = spares.findIndex(
    ({ preserveInsertionOrder }) => preserveInsertionOrder === settings.preserveInsertionOrder,
  );
  const [spare] = spares.splice(Math.max(fitting, 0), 1);
  const opened = await (spare?.opened ?? openInstance(settings));
  while (opened.connections.length < connections) opened.connections.push(await openConnection(opened));
  return opened;
}

async function openInstance(made: Made): Promise<Opened> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_persistent_secrets: 'false',
    threads: String(made.threads),
    memory_limit: `${made.memoryLimitBytes}B`,
    preserve_insertion_order: String(made.preserveInsertionOrder),
  });
  const opened: Opened = { made, instance, connections: [] };
  try {
    while (opened.connections.length < SPARE_CONNECTIONS)
      opened.connections.push(await openConnection(opened));
    await opened.connections[0]?.run(`SET GLOBAL TimeZone='UTC'`);
    return opened;
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}

async function openConnection({ instance }: Pick<Opened, 'instance'>): Promise<DuckDBConnection> {
  const connection = await instance.connect();
  await connection.run(SESSION_SETTINGS.join('; '));
  return connection;
}

/**
 * An in-memory DuckDB whose configuration is locked: no file outside the allowed ones, no extension, no setting can be
 * changed by any statement. It holds a fixed number of connections, since a later one could not be configured any more.
 */
export class LockedInstance {
  readonly #instance: DuckDBInstance;
  readonly memoryLimitBytes: number;
  readonly #tempDirectory: string | null;
  readonly #idle: DuckDBConnection[];
  readonly #busy = new Set<DuckDBConnection>();
  readonly #waiting: PromiseWithResolvers<DuckDBConnection>[] = [];
  #closed: Promise<void> | null = null;

  private constructor(
    instance: DuckDBInstance,
    connections: DuckDBConnection[],
    { tempDirectory, memoryLimitBytes }: InstanceSettings,
  ) {
    this.#instance = instance;
    this.#idle = connections;
    this.#tempDirectory = tempDirectory;
    this.memoryLimitBytes = memoryLimitBytes;
  }

  static async open(settings: InstanceSettings): Promise<LockedInstance> {
    const count = Math.max(1, settings.connections);
    const { made, instance, connections } = await takeSpare(settings, count);
    try {
      for (const unwanted of connections.splice(count)) unwanted.closeSync();
      const [first] = connections;
      if (settings.bindOnly)
        for (const connection of connections) await connection.run('PRAGMA disable_optimizer');
      await Promise.all([
        first?.run(globalSettings(settings, made).join('; ')),
        settings.tempDirectory && mkdir(settings.tempDirectory, { recursive: true, mode: 0o700 }),
      ]);
      return new LockedInstance(instance, connections, settings);
    } catch (error) {
      instance.closeSync();
      throw error;
    }
  }

  /**
   * Runs `work` on a connection of its own; an abort interrupts its statement. Throws `cancelled` when aborted, and
   * `out-of-memory` also where the process grew far over what DuckDB counts.
   */
  async use<T>(work: (connection: DuckDBConnection) => Promise<T>, options: UseOptions = {}): Promise<T> {
    const { signal, onProgress } = options;
    throwIfAborted(signal);
    const connection = await this.#take();
    let again: NodeJS.Timeout | undefined;
    const interrupt = () => {
      connection.interrupt();
      again ??= setInterval(() => {
        connection.interrupt();
      }, INTERRUPT_AGAIN_MS);
    };
    let tooMuch = null as AppError | null;
    const endWatch = memoryWatch.begin({
      owner: this,
      isHolding: options.isHolding === true,
      stop: (error) => {
        tooMuch = error;
        interrupt();
      },
    });
    const watch =
      onProgress &&
      setInterval(() => {
        reportProgress(connection, onProgress);
      }, PROGRESS_EVERY_MS);
    try {
      throwIfAborted(signal);
      signal?.addEventListener('abort', interrupt, { once: true });
      return await work(connection);
    } catch (error) {
      if (signal?.aborted) throw cancelled(error);
      throw tooMuch ?? error;
    } finally {
      endWatch();
      signal?.removeEventListener('abort', interrupt);
      clearInterval(again);
      clearInterval(watch);
      this.#give(connection);
    }
  }

  /** Interrupts what runs, waits for it to end, frees the memory and removes the temporary directory. */
  close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  #take(): Promise<DuckDBConnection> {
    if (this.#closed) return Promise.reject(closed());
    const connection = this.#idle.pop();
    if (connection) {
      this.#busy.add(connection);
      return Promise.resolve(connection);
    }
    const place = Promise.withResolvers<DuckDBConnection>();
    this.#waiting.push(place);
    return place.promise;
  }

  #give(connection: DuckDBConnection): void {
    const next = this.#waiting.shift();
    if (next) {
      next.resolve(connection);
      return;
    }
    this.#busy.delete(connection);
    this.#idle.push(connection);
  }

  async #shutDown(): Promise<void> {
    for (const place of this.#waiting.splice(0)) place.reject(closed());
    while (this.#busy.size > 0) {
      for (const connection of this.#busy) connection.interrupt();
      await new Promise((resolve) => setTimeout(resolve, INTERRUPT_AGAIN_MS));
    }
    for (const connection of this.#idle) connection.closeSync();
    this.#instance.closeSync();
    if (this.#tempDirectory) await rm(this.#tempDirectory, { recursive: true, force: true });
  }
}

/** What an instance that was made so still lacks. Each takes 0.2 ms. */
function globalSettings(settings: InstanceSettings, made: Made): string[] {
  const { threads, memoryLimitBytes, preserveInsertionOrder, tempDirectory } = settings;
  const { allowedDirectories, allowedPaths } = settings;
  return [
    ...(threads === made.threads ? [] : [`threads=${threads}`]),
    ...(memoryLimitBytes === made.memoryLimitBytes
      ? []
      : [`memory_limit=${quoteLiteral(`${memoryLimitBytes}B`)}`]),
    ...(preserveInsertionOrder === made.preserveInsertionOrder
      ? []
      : [`preserve_insertion_order=${preserveInsertionOrder}`]),
    `temp_directory=${quoteLiteral(tempDirectory ?? '')}`,
    ...(allowedDirectories.length === 0 ? [] : [`allowed_directories=${textList(allowedDirectories)}`]),
    ...(allowedPaths.length === 0 ? [] : [`allowed_paths=${textList(allowedPaths)}`]),
    'enable_external_access=false',
    'lock_configuration=true',
  ].map((setting) => `SET GLOBAL ${setting}`);
}

function textList(texts: string[]): string {
  return `[${texts.map(quoteLiteral).join(', ')}]`;
}

function reportProgress(connection: DuckDBConnection, onProgress: (share: number) => void): void {
  const { percentage } = connection.progress;
  if (percentage >= 0) onProgress(Math.min(1, percentage / 100));
}

function closed(): AppError {
  return new AppError('engine-closed', 'The database of this run is closed', { kind: 'bug' });
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled(signal.reason);
}

/** The error of a statement that was stopped because its signal was aborted. */
function cancelled(cause: unknown): AppError {
  return new AppError('cancelled', 'Cancelled', { cause });
}

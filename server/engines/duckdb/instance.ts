import { mkdir, rm } from 'node:fs/promises';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { AppError } from '#lib/errors/app-error.ts';
import { quoteLiteral } from '#lib/sql/quote.ts';
import { LeftBehindError, leftBehind } from './left-behind.ts';
import { INTERRUPT_AGAIN_MS, Loan } from './loan.ts';
import { memoryWatch } from './memory-watch.ts';
import { takeSpare, type Made } from './spare-instances.ts';

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
  /** A statement that has not ended so long after it was interrupted is left behind. */
  patienceMs?: number;
}

const PROGRESS_EVERY_MS = 200;
/** Most statements end within 25 ms, those that sort or join many rows within a second. */
const PATIENCE_MS = 5_000;

export interface UseOptions {
  signal?: AbortSignal | undefined;
  /** Share done, 0 to 1. */
  onProgress?: ((share: number) => void) | undefined;
  /** True where a function of the statement holds values in memory that DuckDB does not count. */
  isHolding?: boolean;
}

/**
 * An in-memory DuckDB whose configuration is locked: no file outside the allowed ones, no extension, no setting can be
 * changed by any statement. It holds a fixed number of connections, since a later one could not be configured any more.
 */
export class LockedInstance {
  readonly #instance: DuckDBInstance;
  readonly memoryLimitBytes: number;
  readonly #tempDirectory: string | null;
  readonly #patienceMs: number;
  readonly #idle: DuckDBConnection[];
  readonly #lent = new Set<Loan>();
  /** Those whose statements were left behind, and are still at it. */
  readonly #lost = new Set<Loan>();
  #isBroken = false;
  #isFreed = false;
  readonly #waiting: PromiseWithResolvers<Loan>[] = [];
  #closed: Promise<void> | null = null;

  private constructor(
    instance: DuckDBInstance,
    connections: DuckDBConnection[],
    { tempDirectory, memoryLimitBytes, patienceMs }: InstanceSettings,
  ) {
    this.#patienceMs = patienceMs ?? PATIENCE_MS;
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
   * Whether another one had better take its place: a statement was left behind on it, or DuckDB gave the whole database
   * up. What it still runs may go on.
   */
  get isSpent(): boolean {
    return this.#isBroken || this.#lost.size > 0;
  }

  /**
   * Runs `work` on a connection of its own; an abort interrupts its statement, and gives up waiting for it some time
   * later. Throws `cancelled` when aborted, and `out-of-memory` also where the process grew far over what DuckDB counts.
   */
  async use<T>(work: (connection: DuckDBConnection) => Promise<T>, options: UseOptions = {}): Promise<T> {
    const { signal, onProgress } = options;
    throwIfAborted(signal);
    const loan = await this.#take();
    const { connection } = loan;
    let tooMuch = null as AppError | null;
    const endWatch = memoryWatch.begin({
      owner: this,
      isHolding: options.isHolding === true,
      stop: (error) => {
        tooMuch = error;
        loan.interrupt();
      },
    });
    const watch =
      onProgress &&
      setInterval(() => {
        reportProgress(connection, onProgress);
      }, PROGRESS_EVERY_MS);
    const onAbort = () => {
      loan.interrupt();
    };
    let working: Promise<T> | null = null;
    let isLeft = false;
    try {
      throwIfAborted(signal);
      signal?.addEventListener('abort', onAbort, { once: true });
      working = work(connection);
      return await Promise.race([working, loan.givenUp]);
    } catch (error) {
      isLeft = error instanceof LeftBehindError;
      if (isDatabaseLost(error)) this.#isBroken = true;
      if (signal?.aborted || (isLeft && !tooMuch)) throw cancelled(error);
      throw tooMuch ?? error;
    } finally {
      endWatch();
      signal?.removeEventListener('abort', onAbort);
      clearInterval(watch);
      if (isLeft && working) this.#lose(loan, working);
      else this.#give(loan);
    }
  }

  /**
   * Interrupts what runs, waits for it to end unless it was left behind, frees the memory and removes the temporary
   * directory.
   */
  close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  #take(): Promise<Loan> {
    if (this.#closed) return Promise.reject(closed());
    const connection = this.#idle.pop();
    if (connection) return Promise.resolve(this.#lend(connection));
    if (this.#lent.size === 0) return Promise.reject(allLost());
    const place = Promise.withResolvers<Loan>();
    this.#waiting.push(place);
    return place.promise;
  }

  #lend(connection: DuckDBConnection): Loan {
    const loan = new Loan(connection, this.#patienceMs);
    this.#lent.add(loan);
    return loan;
  }

  #give(loan: Loan): void {
    loan.end();
    this.#lent.delete(loan);
    const next = this.#waiting.shift();
    if (next) next.resolve(this.#lend(loan.connection));
    else this.#idle.push(loan.connection);
  }

  /** Nobody else gets the connection, and what it holds stays, until its statement ends. */
  #lose(loan: Loan, working: Promise<unknown>): void {
    this.#lent.delete(loan);
    this.#lost.add(loan);
    leftBehind.add(working);
    if (this.#idle.length + this.#lent.size === 0)
      for (const place of this.#waiting.splice(0)) place.reject(allLost());
    const ended = () => {
      loan.end();
      loan.connection.closeSync();
      this.#lost.delete(loan);
      void this.#closed?.then(() => this.#free());
    };
    working.then(ended, ended);
  }

  async #shutDown(): Promise<void> {
    for (const place of this.#waiting.splice(0)) place.reject(closed());
    while (this.#lent.size > 0) {
      for (const loan of this.#lent) loan.interrupt();
      await new Promise((resolve) => setTimeout(resolve, INTERRUPT_AGAIN_MS));
    }
    for (const connection of this.#idle.splice(0)) connection.closeSync();
    await this.#free();
  }

  /** The memory and the files, once nothing is at it any more. */
  async #free(): Promise<void> {
    if (this.#lost.size > 0 || this.#isFreed) return;
    this.#isFreed = true;
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

function allLost(): AppError {
  return new AppError(
    'engine-failed',
    'Every connection of this database has a statement that does not end',
    {
      hint: 'Run it again; look for a single call that takes minutes.',
    },
  );
}

/** After a fatal error DuckDB refuses every statement, until the database is opened anew. */
function isDatabaseLost(error: unknown): boolean {
  return error instanceof Error && error.message.includes('database has been invalidated');
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled(signal.reason);
}

/** The error of a statement that was stopped because its signal was aborted. */
function cancelled(cause: unknown): AppError {
  return new AppError('cancelled', 'Cancelled', { cause });
}

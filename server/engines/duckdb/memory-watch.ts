import { AppError } from '#lib/errors/app-error.ts';
import { machineMemory } from './memory-budget.ts';

const MEGABYTE = 1024 * 1024;
const EVERY_MS = 50;

/**
 * DuckDB counts what goes through its buffers. The states of some aggregates do not, and grow as they like. A group by of
 * millions of texts was seen at six times a limit of 200 MB and ends well; a median over as many numbers was at sixteen
 * times and rising. So statements with a function that holds its values (held-in-memory.ts) are stopped sooner; what
 * they take goes on growing for a moment, since they cannot be interrupted everywhere.
 */
const ALLOWED = {
  any: { times: 4, moreBytes: 512 * MEGABYTE },
  holding: { times: 2, moreBytes: 256 * MEGABYTE },
} as const;

/** With less than this share of the machine left, no statement may have more than its limit says. */
const LEAST_SHARE_LEFT = 0.08;

/** A database whose statements share one memory limit. */
export interface MemoryOwner {
  readonly memoryLimitBytes: number;
}

interface Running {
  owner: MemoryOwner;
  /** True where it calls a function that holds its values in memory. */
  isHolding: boolean;
  stop: (error: AppError) => void;
}

/**
 * Looks at what this process really takes while statements run, and stops one when that is far over the limits of them
 * all, or when the machine has hardly any left: one that holds values, else the one that began last. There is no
 * telling which of several it is; one that was stopped for another's sake is tried again by itself.
 */
class MemoryWatch {
  readonly #running = new Set<Running>();
  #timer: NodeJS.Timeout | null = null;
  #before = 0;
  #stopping: Running | null = null;

  /** Watches until the answer is called. `stop` is called at most once. */
  begin(running: Running): () => void {
    if (this.#running.size === 0) this.#before = process.memoryUsage.rss();
    this.#running.add(running);
    this.#timer ??= setInterval(() => {
      this.#look();
    }, EVERY_MS).unref();
    return () => {
      this.#running.delete(running);
      if (this.#stopping === running) this.#stopping = null;
      if (this.#running.size > 0 || this.#timer === null) return;
      clearInterval(this.#timer);
      this.#timer = null;
    };
  }

  #look(): void {
    if (this.#stopping) return;
    const taken = process.memoryUsage.rss() - this.#before;
    const limits = [...new Set([...this.#running].map(({ owner }) => owner))].map(
      ({ memoryLimitBytes }) => memoryLimitBytes,
    );
    const limit = limits.reduce((sum, bytes) => sum + bytes, 0);
    const holding = [...this.#running].filter(({ isHolding }) => isHolding);
    const { times, moreBytes } = holding.length > 0 ? ALLOWED.holding : ALLOWED.any;
    const isFarOver = taken > limit * times + moreBytes;
    if (!isFarOver && !(taken > limit && isMachineShort())) return;
    this.#stopping = holding.at(-1) ?? [...this.#running].at(-1) ?? null;
    this.#stopping?.stop(tooMuch(taken, this.#stopping.owner.memoryLimitBytes));
  }
}

/** One for the process, whose memory is one. */
export const memoryWatch = new MemoryWatch();

function isMachineShort(): boolean {
  return process.availableMemory() < machineMemory() * LEAST_SHARE_LEFT;
}

function tooMuch(takenBytes: number, limitBytes: number): AppError {
  const megabytes = (bytes: number) => `${Math.round(bytes / MEGABYTE).toLocaleString('en-US')} MB`;
  return new AppError(
    'out-of-memory',
    `The statement was stopped: it took ${megabytes(takenBytes)} of memory, where its limit is ${megabytes(limitBytes)}.`,
    { hint: 'Raise the memory limit, or shrink what must be held at once.' },
  );
}

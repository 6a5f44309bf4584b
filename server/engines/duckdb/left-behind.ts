/** Why nobody waits for a statement any more. */
export class LeftBehindError extends Error {
  constructor() {
    super('the statement did not end when it was interrupted');
  }
}

/**
 * The statements of this process that were interrupted, did not end, and are left to themselves. DuckDB looks whether it
 * is interrupted between chunks of rows: one call that takes minutes by itself goes on, with a thread of its own and the
 * memory it has, until it is done or the process ends.
 */
class LeftBehind {
  readonly #listeners = new Set<() => void>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Counts it until it ends after all. */
  add(statement: Promise<unknown>): void {
    this.#count += 1;
    const ended = () => {
      this.#count -= 1;
    };
    statement.then(ended, ended);
    for (const listener of this.#listeners) listener();
  }

  /** Calls back whenever one is left behind. */
  onAdded(listener: () => void): void {
    this.#listeners.add(listener);
  }
}

/** One for the process, whose threads and memory they hold. */
export const leftBehind = new LeftBehind();

/**
 * Ends the process with this code, and what is left behind with it. `process.exit` would wait for its threads, so where
 * there are any another program takes the place of this one; where that cannot be, it is killed.
 */
export function endProcess(code: number): void {
  if (leftBehind.count === 0) process.exit(code);
  if (process.platform !== 'win32' && process.execve)
    process.execve('/bin/sh', ['sh', '-c', `exit ${code}`], process.env);
  process.kill(process.pid, 'SIGKILL');
}

// What set-up says to the person at the terminal. Progress goes to stderr, so stdout stays for results.

/** A failure that the person can do something about: what happened, and the remedy. */
export class SetupError extends Error {
  /**
   * @param {string} message what happened
   * @param {string} remedy what to do about it
   * @param {unknown} [cause]
   */
  constructor(message, remedy, cause) {
    super(message, { cause });
    this.name = 'SetupError';
    this.remedy = remedy;
  }
}

/** @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * Says what is being done, does it, and says how long it took.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const startedAt = performance.now();
  say(`• ${title} …`);
  const result = await work();
  say(`  done in ${seconds(performance.now() - startedAt)}`);
  return result;
}

/** @param {number} durationMs */
const seconds = (durationMs) => `${(durationMs / 1000).toFixed(1)} s`;

/**
 * Runs a command's main function; a set-up error becomes two plain lines and exit code 1.
 * @param {() => Promise<number | void>} main gives the exit code
 */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(`\n✗ ${error.message}\n  → ${error.remedy}`);
    process.exitCode = 1;
  }
}

import { FINAL_RUN_STATUSES } from '#lib/contracts/run-record.ts';
import type { Actor } from './actor.ts';
import type { RunRow } from './run-rows.ts';
import { loadRun } from './runs.ts';

const ASK_AGAIN_MS = 25;

/**
 * A run's row once it tells the run's end, or as it is after `withinMs`. Events are faster than rows, by a few
 * milliseconds as a rule: who heard of the end from the stream asks for more before the database knows of it.
 */
export async function settledRun(
  actor: Actor,
  runId: string,
  { withinMs, signal }: { withinMs: number; signal: AbortSignal },
): Promise<RunRow> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const run = await loadRun(actor, runId);
    if (FINAL_RUN_STATUSES.includes(run.status) || signal.aborted || Date.now() > deadline) return run;
    await pause(ASK_AGAIN_MS, signal);
  }
}

/** Resolves after a while, or as soon as nobody waits any more. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}

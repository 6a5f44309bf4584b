import type { NumberedEvent } from '#lib/contracts/events.ts';
import { FINAL_RUN_STATUSES } from '#lib/contracts/run-record.ts';
import type { RunDetail } from '#lib/contracts/runs.ts';
import { toAppError } from '#lib/errors/app-error.ts';
import type { Actor } from './actor.ts';
import { runnerEvents } from './runner-link.ts';
import { getRun, loadRun } from './runs.ts';
import { pause, settledRun } from './settled-run.ts';

/** What goes to whoever follows a run. Nothing comes after `snapshot`. */
export type RunMessage = { kind: 'run'; event: NumberedEvent } | { kind: 'snapshot'; run: RunDetail };

// A run that waits, or whose runner restarts, has nobody to push its events: the one place where somebody asks again.
// Soon at first, because most runs start at once.
const ASK_AGAIN_MS = { first: 40, most: 1000 };
// Most runs begin at once: the runner holds the stream until they do, so that nobody needs to ask again.
const BEGINS_WITHIN_MS = 2000;
// The runner writes in batches and tries again; a database that is away this long does not hold up the stream.
const SETTLED_WITHIN_MS = 3000;

/**
 * Follows a run that the person may read: events after number `after` as they happen. A finished run whose events
 * nobody keeps any more is answered by one snapshot of its records. Ends with the run, or when `signal` says.
 * `isExpected`: it has not ended, so that its runner will hear of it if it has not yet.
 */
export async function* followRun(
  actor: Actor,
  runId: string,
  options: { after: number; signal: AbortSignal; isExpected: boolean },
): AsyncGenerator<RunMessage> {
  const { signal } = options;
  const over = () => signal.aborted;
  let after = options.after;
  let pauseMs = ASK_AGAIN_MS.first;
  let waitMs = options.isExpected ? BEGINS_WITHIN_MS : 0;
  while (!over()) {
    let heard = false;
    try {
      for await (const event of runnerEvents(runId, { after, waitMs, signal })) {
        heard = true;
        after = event.seq;
        yield { kind: 'run', event };
        if (event.event.type === 'run.finished') {
          // Who asks for its records after the stream's end gets them whole.
          await settledRun(actor, runId, { withinMs: SETTLED_WITHIN_MS, signal });
          return;
        }
      }
    } catch (error) {
      if (over()) return;
      const { kind, code } = toAppError(error);
      // A runner that is away, that went away in mid-stream (a TypeError of fetch), or that does not know the run: what
      // the database says is the truth.
      if (kind !== 'transient' && code !== 'run-not-found' && !(error instanceof TypeError)) throw error;
    }
    const { status } = await loadRun(actor, runId);
    const isFinal = FINAL_RUN_STATUSES.includes(status);
    waitMs = isFinal ? 0 : BEGINS_WITHIN_MS;
    if (isFinal && !heard) {
      yield { kind: 'snapshot', run: await getRun(actor, runId) };
      return;
    }
    await pause(pauseMs, signal);
    pauseMs = heard ? ASK_AGAIN_MS.first : Math.min(pauseMs * 2, ASK_AGAIN_MS.most);
  }
}

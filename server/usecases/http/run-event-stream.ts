import { FINAL_RUN_STATUSES } from '#lib/contracts/run-record.ts';
import type { Actor } from '../actor.ts';
import { followRun } from '../run-events.ts';
import { loadRun } from '../runs.ts';
import { eventStreamAnswer } from './event-stream.ts';

/** Server-sent events of a run, from after `Last-Event-ID` where the browser comes back with one. */
export async function runEventStream(actor: Actor, runId: string, request: Request): Promise<Response> {
  // Read as the person before anything is streamed: who may not see the run's row hears nothing of it.
  const { status } = await loadRun(actor, runId);
  const isExpected = !FINAL_RUN_STATUSES.includes(status);
  const gone = new AbortController();
  const signal = AbortSignal.any([gone.signal, request.signal]);
  const after = lastEventId(request.headers.get('last-event-id'));
  return eventStreamAnswer(followRun(actor, runId, { after, signal, isExpected }), () => {
    gone.abort();
  });
}

function lastEventId(text: string | null): number {
  const id = Number(text);
  return text !== null && Number.isSafeInteger(id) && id >= 0 ? id : 0;
}

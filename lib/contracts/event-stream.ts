import type { RunEvent } from './events.ts';
import { apiUrl } from './client.ts';
import { RUN_STREAM } from './runs.ts';
import type { RunDetail } from './runs.ts';

export interface RunListener {
  onEvent(event: RunEvent, seq: number): void;
  /** The whole run at once, where its single events are no longer at hand. Nothing follows. */
  onSnapshot(run: RunDetail): void;
  /** The run is over, or can no longer be followed. Called once. */
  onEnd(): void;
  /** The connection broke (the browser is trying again) or is back. */
  onConnection?(connected: boolean): void;
}

/** Follows a run in the browser until it ends; a broken connection goes on where it stopped. Answers how to stop. */
export function followRun(runId: string, listener: RunListener): () => void {
  const source = new EventSource(apiUrl('followRun', { params: { id: runId } }));
  let over = false;
  const end = () => {
    if (over) return;
    over = true;
    source.close();
    listener.onEnd();
  };
  source.addEventListener('run', (message: MessageEvent<string>) => {
    const event = RUN_STREAM.run.safeParse(JSON.parse(message.data));
    if (event.success) listener.onEvent(event.data, Number(message.lastEventId));
  });
  source.addEventListener('snapshot', (message: MessageEvent<string>) => {
    const run = RUN_STREAM.snapshot.safeParse(JSON.parse(message.data));
    if (run.success) listener.onSnapshot(run.data);
  });
  source.addEventListener('end', end);
  source.onopen = () => listener.onConnection?.(true);
  source.onerror = () => {
    listener.onConnection?.(false);
    // Closed by the browser: the server refused (signed out, no such run) and it will not try again.
    if (source.readyState === EventSource.CLOSED) end();
  };
  return () => {
    over = true;
    source.close();
  };
}

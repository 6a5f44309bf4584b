import { appendFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { NumberedEvent } from '#lib/contracts/events.ts';
import { AppError } from '#lib/errors/app-error.ts';
import { stagingFolder } from '../staging/staging-area.ts';

type Subscriber = (event: NumberedEvent) => void;

interface LiveRun {
  /** Everything but passing progress, so that whoever comes late hears the whole story. */
  past: NumberedEvent[];
  lastSeq: number;
  subscribers: Set<Subscriber>;
  unwritten: string[];
  writing: Promise<void> | null;
}

const FILE = 'events.ndjson';
const WRITE_AFTER_MS = 100;

/**
 * The events of runs: live to whoever follows, and kept beside the run's results, so that a browser that was away
 * hears what it missed. Subscribers are called at once, on the executor's own turn.
 */
export class EventLog {
  readonly #dataDirectory: string;
  readonly #runs = new Map<string, LiveRun>();
  readonly #everyone = new Set<Subscriber>();
  /** Who waits for a run to begin. */
  readonly #expected = new Map<string, Set<() => void>>();

  constructor(dataDirectory: string) {
    this.#dataDirectory = dataDirectory;
  }

  /** Begins a run's log; its events are refused before this and after `close`. */
  open(runId: string): void {
    this.#runs.set(runId, { past: [], lastSeq: 0, subscribers: new Set(), unwritten: [], writing: null });
    for (const opened of this.#expected.get(runId) ?? []) opened();
  }

  publish(event: NumberedEvent): void {
    const run = this.#runs.get(event.event.runId);
    if (!run) return;
    run.lastSeq = event.seq;
    if (event.event.type !== 'node.progress') {
      run.past.push(event);
      run.unwritten.push(JSON.stringify(event));
      run.writing ??= this.#write(event.event.runId, run);
    }
    for (const subscriber of [...run.subscribers, ...this.#everyone]) subscriber(event);
  }

  /** The number of the next event, for one that does not come from the executor. */
  nextSeq(runId: string): number {
    return (this.#runs.get(runId)?.lastSeq ?? 0) + 1;
  }

  hasFinished(runId: string): boolean {
    return this.#runs.get(runId)?.past.some(({ event }) => event.type === 'run.finished') ?? false;
  }

  /** Ends a run's log when all of it is on disk. */
  async close(runId: string): Promise<void> {
    const run = this.#runs.get(runId);
    while (run?.writing) await run.writing;
    this.#runs.delete(runId);
  }

  /**
   * The events after number `after`: the past first, then as they happen, until the run ends or the signal is aborted.
   * For a run that has not begun it waits so long, and ends. Throws `run-not-found` where there was nothing to wait for.
   */
  async *follow(
    runId: string,
    { after, waitMs, signal }: { after: number; waitMs: number; signal: AbortSignal },
  ): AsyncGenerator<NumberedEvent> {
    if (waitMs > 0 && !this.#runs.has(runId)) await this.#begin(runId, waitMs, signal);
    const run = this.#runs.get(runId);
    if (!run) {
      const kept = await this.#kept(runId, after);
      if (!kept && waitMs === 0) throw new AppError('run-not-found', 'No events are kept of this run.');
      yield* kept ?? [];
      return;
    }
    const missed = run.past.filter((event) => event.seq > after);
    for await (const event of subscription(run.subscribers, missed, signal)) {
      yield event;
      if (event.event.type === 'run.finished') return;
    }
  }

  /** Every run's events from now on. */
  followAll(signal: AbortSignal): AsyncGenerator<NumberedEvent> {
    return subscription(this.#everyone, [], signal);
  }

  /** Resolves when the run begins, or when the time is over. */
  async #begin(runId: string, waitMs: number, signal: AbortSignal): Promise<void> {
    const waiting = this.#expected.get(runId) ?? new Set();
    this.#expected.set(runId, waiting);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const done = () => {
      resolve(undefined);
    };
    const clock = setTimeout(done, waitMs);
    waiting.add(done);
    signal.addEventListener('abort', done);
    await promise;
    clearTimeout(clock);
    signal.removeEventListener('abort', done);
    waiting.delete(done);
    if (waiting.size === 0) this.#expected.delete(runId);
  }

  async #kept(runId: string, after: number): Promise<NumberedEvent[] | null> {
    const file = path.join(stagingFolder(this.#dataDirectory, runId), FILE);
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text === null) return null;
    const lines = text.split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as NumberedEvent).filter((event) => event.seq > after);
  }

  async #write(runId: string, run: LiveRun): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, WRITE_AFTER_MS));
    const lines = run.unwritten.splice(0);
    const file = path.join(stagingFolder(this.#dataDirectory, runId), FILE);
    // The folder is not there when the run failed before it had one, or the disk is full: the database has the outcome.
    await appendFile(file, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 }).catch(() => undefined);
    run.writing = run.unwritten.length > 0 ? this.#write(runId, run) : null;
  }
}

/** Turns calls into a stream: what has gathered first, then each as it comes, until the signal is aborted. */
async function* subscription(
  subscribers: Set<Subscriber>,
  gathered: NumberedEvent[],
  signal: AbortSignal,
): AsyncGenerator<NumberedEvent> {
  let arrived = Promise.withResolvers<undefined>();
  const onEvent = (event: NumberedEvent) => {
    gathered.push(event);
    arrived.resolve(undefined);
  };
  const onAbort = () => {
    arrived.resolve(undefined);
  };
  subscribers.add(onEvent);
  signal.addEventListener('abort', onAbort);
  try {
    while (!signal.aborted) {
      for (let event = gathered.shift(); event; event = gathered.shift()) yield event;
      await arrived.promise;
      arrived = Promise.withResolvers<undefined>();
    }
  } finally {
    subscribers.delete(onEvent);
    signal.removeEventListener('abort', onAbort);
  }
}

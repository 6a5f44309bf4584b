import { AppError, errorRecordSchema, type ErrorKind, type ErrorRecord } from '#lib/errors/app-error.ts';
import { runEventSchema, type NumberedEvent } from '#lib/contracts/events.ts';
import { taskProgressSchema, type TaskProgress } from '#lib/contracts/profile.ts';
import {
  RUNNER_CALLS,
  RUNNER_TASKS,
  type RunnerAnswer,
  type RunnerCall,
  type RunnerRequest,
  type RunnerTask,
  type TaskAnswer,
  type TaskRequest,
} from '#lib/contracts/runner-channel.ts';
import { z } from 'zod';

export interface RunnerClient {
  /** Throws the runner's own AppError, or `runner-away` (transient) where it cannot be reached. */
  call<C extends RunnerCall>(
    name: C,
    request: RunnerRequest<C>,
    options?: { signal?: AbortSignal | undefined },
  ): Promise<RunnerAnswer<C>>;
  /** What may take a while; aborting the signal gives it up there too. Throws as `call` does. */
  task<T extends RunnerTask>(
    name: T,
    request: TaskRequest<T>,
    options: { signal: AbortSignal; onProgress?: ((progress: TaskProgress) => void) | undefined },
  ): Promise<TaskAnswer<T>>;
  /**
   * A run's events after number `after`, the past first; ends with the run. Throws `run-not-found` where the runner
   * has no events of it (never ran here, or collected), and for one that has not begun only after `waitMs`.
   */
  events(
    runId: string,
    options: { after: number; waitMs?: number; signal: AbortSignal },
  ): AsyncIterable<NumberedEvent>;
  /** Every run's events that happen from now on; ends when the signal is aborted. */
  allEvents(options: { signal: AbortSignal }): AsyncIterable<NumberedEvent>;
}

const answerSchema = z.object({ data: z.unknown().optional(), error: errorRecordSchema.optional() });
const taskLineSchema = z.union([
  z.object({ progress: taskProgressSchema }),
  z.object({ error: errorRecordSchema, kind: z.enum(['user', 'transient', 'bug']) }),
  z.object({ data: z.unknown() }),
]);
const numberedEventSchema = z.object({ seq: z.number().int(), event: runEventSchema });

/** The web process's way to the runner: HTTP on loopback, with the token that the supervisor gave to both. */
export function runnerClient({ url, token }: { url: string; token: string }): RunnerClient {
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    try {
      return await fetch(new URL(path, url), {
        ...init,
        headers: { ...init.headers, authorization: `Bearer ${token}` },
      });
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw away(error);
    }
  };
  const stream = async function* (path: string, signal: AbortSignal): AsyncIterable<NumberedEvent> {
    const response = await ask(path, { signal });
    if (!response.ok || !response.body) throw await errorOf(response);
    for await (const line of linesOf(response.body)) yield numberedEventSchema.parse(JSON.parse(line));
  };
  return {
    async call(name, request, options = {}) {
      const response = await ask(`/call/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request),
        ...(options.signal ? { signal: options.signal } : {}),
      });
      if (!response.ok) throw await errorOf(response);
      const { data } = answerSchema.parse(await response.json());
      return RUNNER_CALLS[name].answer.parse(data) as RunnerAnswer<typeof name>;
    },
    async task(name, request, { signal, onProgress }) {
      const response = await ask(`/task/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request),
        signal,
      });
      if (!response.ok || !response.body) throw await errorOf(response);
      for await (const text of linesOf(response.body)) {
        const line = taskLineSchema.parse(JSON.parse(text));
        if ('progress' in line) onProgress?.(line.progress);
        else if ('error' in line) throw fromRecord(line.error, line.kind);
        else return RUNNER_TASKS[name].answer.parse(line.data) as TaskAnswer<typeof name>;
      }
      throw away(new Error('the answer broke off'));
    },
    events: (runId, { after, waitMs = 0, signal }) =>
      stream(`/runs/${encodeURIComponent(runId)}/events?after=${after}&wait=${waitMs}`, signal),
    allEvents: ({ signal }) => stream('/events', signal),
  };
}

function away(cause: unknown): AppError {
  return new AppError('runner-away', 'The runner does not answer.', {
    kind: 'transient',
    hint: 'It is starting or restarting; try again in a moment.',
    cause,
  });
}

async function errorOf(response: Response): Promise<AppError> {
  const answer = answerSchema.safeParse(await response.json().catch(() => null));
  const record = answer.success ? answer.data.error : undefined;
  if (!record) return away(new Error(`status ${response.status}`));
  return fromRecord(record, response.status === 500 ? 'bug' : response.status === 503 ? 'transient' : 'user');
}

function fromRecord(record: ErrorRecord, kind: ErrorKind): AppError {
  return new AppError(record.code, record.message, {
    kind,
    ...(record.hint ? { hint: record.hint } : {}),
    ...(record.nodeId ? { nodeId: record.nodeId } : {}),
    ...(record.place ? { place: record.place } : {}),
    ...(record.issues ? { issues: record.issues } : {}),
    ...(record.sql ? { sql: record.sql } : {}),
  });
}

/** Lines of a byte stream; the last one counts only when it is complete. */
async function* linesOf(body: ReadableStream<Uint8Array>): AsyncIterable<string> {
  let rest = '';
  for await (const text of body.pipeThrough(
    new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>,
  )) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line !== '');
  }
}

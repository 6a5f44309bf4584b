import { timingSafeEqual } from 'node:crypto';
import { serve, type ServerType } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import { stream } from 'hono/streaming';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AppError, toAppError, toErrorRecord } from '#lib/errors/app-error.ts';
import type { NumberedEvent } from '#lib/contracts/events.ts';
import type { TaskProgress } from '#lib/contracts/profile.ts';
import {
  RUNNER_CALLS,
  RUNNER_TASKS,
  type RunnerAnswer,
  type RunnerCall,
  type RunnerTask,
  type TaskAnswer,
} from '#lib/contracts/runner-channel.ts';
import type { z } from 'zod';
import type { ProcessLog } from './process-log.ts';

/** A run that has not begun by then is asked for again. */
const LONGEST_WAIT_MS = 5_000;

type ParsedRequest<C extends RunnerCall> = z.output<(typeof RUNNER_CALLS)[C]['request']>;

/** What answers each call. `signal` is aborted when the caller goes away. */
export type CallHandlers = {
  [C in RunnerCall]: (request: ParsedRequest<C>, signal: AbortSignal) => Promise<RunnerAnswer<C>>;
};

/** What a task is told of its caller, and tells it on the way. */
interface TaskCaller {
  signal: AbortSignal;
  onProgress: (progress: TaskProgress) => void;
}
/** What answers each task. */
export type TaskHandlers = {
  [T in RunnerTask]: (
    request: z.output<(typeof RUNNER_TASKS)[T]['request']>,
    caller: TaskCaller,
  ) => Promise<TaskAnswer<T>>;
};

export interface ChannelOptions {
  port: number;
  token: string;
  handlers: CallHandlers;
  tasks: TaskHandlers;
  events: {
    follow(
      runId: string,
      options: { after: number; waitMs: number; signal: AbortSignal },
    ): AsyncIterable<NumberedEvent>;
    followAll(signal: AbortSignal): AsyncIterable<NumberedEvent>;
  };
  log: ProcessLog;
}

/** The runner's channel: loopback only, the token on every request, both directions checked by the contract. */
export async function openChannel(
  options: ChannelOptions,
): Promise<{ port: number; close: () => Promise<void> }> {
  const app = channelApp(options);
  const server = await new Promise<ServerType>((resolve, reject) => {
    const opening = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: options.port }, () => {
      resolve(opening);
    });
    opening.once('error', reject);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        // Streams would otherwise hold it open until their runs end.
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

function channelApp({ token, handlers, tasks, events, log }: ChannelOptions): Hono {
  const app = new Hono();
  const expected = Buffer.from(`Bearer ${token}`);
  app.use(async (context, next) => {
    const given = Buffer.from(context.req.header('authorization') ?? '');
    if (given.length === expected.length && timingSafeEqual(given, expected)) return next();
    return context.json({ error: { code: 'unauthorised', message: 'The token is missing or wrong.' } }, 401);
  });
  app.onError((thrown, context) => {
    const error = toAppError(thrown);
    if (error.kind === 'bug') log.error(`The channel failed at ${context.req.path}.`, thrown);
    return context.json({ error: toErrorRecord(error) }, statusOf(error));
  });
  app.post('/call/:name', async (context) => {
    const name = context.req.param('name');
    if (!Object.hasOwn(RUNNER_CALLS, name))
      throw new AppError('unknown-call', `The runner has no call "${name}".`);
    return answer(context, name as RunnerCall, handlers);
  });
  app.post('/task/:name', async (context) => {
    const name = context.req.param('name');
    if (!Object.hasOwn(RUNNER_TASKS, name))
      throw new AppError('unknown-call', `The runner has no task "${name}".`);
    return perform(context, name as RunnerTask, { tasks, log });
  });
  app.get('/runs/:id/events', async (context) => {
    const [after, waitMs] = [wholeNumber(context.req.query('after')), wholeNumber(context.req.query('wait'))];
    return streamed(context, (signal) =>
      events.follow(context.req.param('id'), { after, waitMs: Math.min(waitMs, LONGEST_WAIT_MS), signal }),
    );
  });
  app.get('/events', (context) => streamed(context, (signal) => events.followAll(signal)));
  return app;
}

async function answer<C extends RunnerCall>(
  context: Context,
  name: C,
  handlers: CallHandlers,
): Promise<Response> {
  const parsed = RUNNER_CALLS[name].request.safeParse(await context.req.json());
  if (!parsed.success) throw wrongCall(name, parsed.error);
  const data = await handlers[name](parsed.data as ParsedRequest<C>, context.req.raw.signal);
  return context.json({ data: RUNNER_CALLS[name].answer.parse(data) });
}

function wholeNumber(text: string | undefined): number {
  const number = Number(text ?? 0);
  return Number.isSafeInteger(number) && number >= 0 ? number : 0;
}

function wrongCall(name: string, error: z.ZodError): AppError {
  return new AppError('wrong-call', `The call "${name}" does not fit its contract.`, {
    hint: error.message.slice(0, 1000),
  });
}

/** A task's progress, a line each, and its answer or its error as the last. It is given up when its caller leaves. */
async function perform<T extends RunnerTask>(
  context: Context,
  name: T,
  { tasks, log }: Pick<ChannelOptions, 'tasks' | 'log'>,
): Promise<Response> {
  const parsed = RUNNER_TASKS[name].request.safeParse(await context.req.json());
  if (!parsed.success) throw wrongCall(name, parsed.error);
  const left = new AbortController();
  context.req.raw.signal.addEventListener('abort', () => {
    left.abort();
  });
  context.header('content-type', 'application/x-ndjson');
  return stream(context, async (output) => {
    output.onAbort(() => {
      left.abort();
    });
    const say = (line: unknown) => output.write(`${JSON.stringify(line)}\n`);
    try {
      const request = parsed.data as z.output<(typeof RUNNER_TASKS)[T]['request']>;
      const onProgress = (progress: TaskProgress) => void say({ progress });
      const data = await tasks[name](request, { signal: left.signal, onProgress });
      await say({ data: RUNNER_TASKS[name].answer.parse(data) });
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.kind === 'bug' && !left.signal.aborted) log.error(`The task "${name}" failed.`, thrown);
      await say({ error: toErrorRecord(error), kind: error.kind });
    }
  });
}

/** The first event is awaited before the answer begins, so that an unknown run is a plain error. */
async function streamed(
  context: Context,
  follow: (signal: AbortSignal) => AsyncIterable<NumberedEvent>,
): Promise<Response> {
  const ended = new AbortController();
  context.req.raw.signal.addEventListener('abort', () => {
    ended.abort();
  });
  const iterator = follow(ended.signal)[Symbol.asyncIterator]();
  let next = iterator.next();
  // A run that is known but silent must not hold the headers back: the answer begins after a moment all the same.
  await Promise.race([next, new Promise((resolve) => setTimeout(resolve, 50))]);
  context.header('content-type', 'application/x-ndjson');
  return stream(context, async (output) => {
    output.onAbort(() => {
      ended.abort();
    });
    for (let result = await next; result.done !== true; result = await next) {
      await output.write(`${JSON.stringify(result.value)}\n`);
      next = iterator.next();
    }
  });
}

function statusOf(error: AppError): ContentfulStatusCode {
  if (error.kind === 'bug') return 500;
  if (error.kind === 'transient') return 503;
  return error.code === 'run-not-found' ? 404 : 422;
}

import type { TaskProgress } from '#lib/contracts/profile.ts';
import type { RunnerTask, TaskAnswer } from '#lib/contracts/runner-channel.ts';
import { toAppError } from '#lib/errors/app-error.ts';
import type { Actor } from '../actor.ts';
import { inspectNode, type Inspection } from '../inspect-node.ts';
import { errorAnswer } from './answers.ts';

// Proxies close connections that say nothing for half a minute or more.
const HEARTBEAT_MS = 15_000;

/**
 * Has a node of a run looked at for whoever asks: as JSON when it is done or, where server-sent events are accepted,
 * with its progress. It is given up when the caller leaves.
 */
export async function taskAnswer<T extends RunnerTask>(
  actor: Actor,
  inspection: Inspection<T>,
  request: Request,
): Promise<TaskAnswer<T> | Response> {
  const isStream = request.headers.get('accept')?.includes('text/event-stream') ?? false;
  if (!isStream) return inspectNode(actor, inspection, { signal: request.signal });
  const left = new AbortController();
  const signal = AbortSignal.any([left.signal, request.signal]);
  const first = Promise.withResolvers<undefined>();
  const progress: TaskProgress[] = [];
  let say: (() => void) | null = null;
  const done = inspectNode(actor, inspection, {
    signal,
    onProgress: (next) => {
      progress.push(next);
      say?.();
      first.resolve(undefined);
    },
  });
  // What is refused at once is a plain error with its status.
  await Promise.race([done, first.promise]);
  return streamed(done, {
    onProgress: (send) => {
      say = () => {
        for (const each of progress.splice(0)) send(each);
      };
      say();
    },
    onLeave: () => {
      left.abort();
    },
  });
}

interface StreamedTask {
  /** Given what sends a step of progress. */
  onProgress: (send: (progress: TaskProgress) => void) => void;
  onLeave: () => void;
}

function streamed(done: Promise<unknown>, { onProgress, onLeave }: StreamedTask): Response {
  const encoder = new TextEncoder();
  let isOpen = true;
  let heartbeat: NodeJS.Timeout | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const write = (text: string) => {
        if (isOpen) controller.enqueue(encoder.encode(text));
      };
      const send = (event: string, data: unknown) => {
        write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      };
      heartbeat = setInterval(() => {
        write(': still here\n\n');
      }, HEARTBEAT_MS);
      onProgress((progress) => {
        send('progress', progress);
      });
      void done
        .then(
          (data) => {
            send('done', data);
          },
          async (thrown: unknown) => {
            send('failed', { ...(await errorBody(thrown)), kind: toAppError(thrown).kind });
          },
        )
        .finally(() => {
          clearInterval(heartbeat);
          if (isOpen) controller.close();
          isOpen = false;
        });
    },
    cancel() {
      isOpen = false;
      clearInterval(heartbeat);
      onLeave();
    },
  });
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    },
  });
}

/** The error as a plain answer would tell it. */
async function errorBody(thrown: unknown): Promise<{ error: unknown }> {
  return (await errorAnswer(thrown).json()) as { error: unknown };
}

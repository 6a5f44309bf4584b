import { AppError } from '#lib/errors/app-error.ts';
import type { NumberedEvent } from '#lib/contracts/events.ts';
import type { TaskProgress } from '#lib/contracts/profile.ts';
import type {
  RunnerAnswer,
  RunnerCall,
  RunnerRequest,
  RunnerTask,
  TaskAnswer,
  TaskRequest,
} from '#lib/contracts/runner-channel.ts';
import { RUNNER_CHANNEL_ENV } from '#lib/contracts/runner-channel.ts';
import { runnerClient } from '#server/runner/channel-client.ts';

/** Who waits for a task. */
export interface TaskCaller {
  signal: AbortSignal;
  onProgress?: ((progress: TaskProgress) => void) | undefined;
}

let linked: { url: string; client: ReturnType<typeof runnerClient> } | undefined;

/** The channel to the runner that the supervisor started beside this process. */
function link(): ReturnType<typeof runnerClient> {
  const url = process.env[RUNNER_CHANNEL_ENV.url];
  const token = process.env[RUNNER_CHANNEL_ENV.token];
  if (!url || !token) {
    throw new AppError('runner-away', 'No runner is set up.', {
      kind: 'transient',
      hint: 'Start Sluice with `npm start`.',
    });
  }
  if (linked?.url !== url) linked = { url, client: runnerClient({ url, token }) };
  return linked.client;
}

/** Asks the runner. Throws its AppError, `runner-away` (transient), or `aborted` where the caller has gone. */
export async function askRunner<C extends RunnerCall>(
  call: C,
  request: RunnerRequest<C>,
  signal?: AbortSignal,
): Promise<RunnerAnswer<C>> {
  try {
    return await link().call(call, request, { signal });
  } catch (error) {
    throw signal?.aborted ? givenUp(signal, error) : error;
  }
}

/** Has the runner do what may take a while. Throws as `askRunner` does. */
export async function runnerTask<T extends RunnerTask>(
  task: T,
  request: TaskRequest<T>,
  caller: TaskCaller,
): Promise<TaskAnswer<T>> {
  try {
    return await link().task(task, request, caller);
  } catch (error) {
    throw caller.signal.aborted ? givenUp(caller.signal, error) : error;
  }
}

function givenUp(signal: AbortSignal, cause: unknown): AppError {
  if ((signal.reason as Error).name !== 'TimeoutError')
    return new AppError('aborted', 'The request was given up.', { cause });
  return new AppError('runner-away', 'The runner does not answer.', {
    kind: 'transient',
    hint: 'Try again in a moment.',
    cause,
  });
}

/** The events of a run after number `after`, the past first, then as they happen. */
export function runnerEvents(
  runId: string,
  options: { after: number; waitMs: number; signal: AbortSignal },
): AsyncIterable<NumberedEvent> {
  return link().events(runId, options);
}

/**
 * Tells the runner that something waits for it. The database has it already, so that a runner which is away just now
 * will find it by itself.
 */
export async function nudgeRunner(call: 'wake' | 'reschedule'): Promise<void> {
  try {
    await askRunner(call, {}, AbortSignal.timeout(2000));
  } catch (error) {
    process.stderr.write(
      `${JSON.stringify({ at: new Date().toISOString(), level: 'warn', message: `The runner did not hear “${call}”.`, error: String(error) })}\n`,
    );
  }
}

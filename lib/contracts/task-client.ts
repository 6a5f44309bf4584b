import { AppError } from '../errors/app-error.ts';
import { apiErrorSchema } from './answer.ts';
import { aborted, apiUrl, readJson, throwIfError, unreachable, unreadable } from './client.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { Answer, CallParams, Endpoint } from './endpoints.ts';
import { taskProgressSchema } from './profile.ts';
import type { TaskProgress } from './profile.ts';

export type TaskName = 'getProfile' | 'getSample' | 'stageNode' | 'countRows';

export interface TaskOptions {
  params: CallParams<TaskName>;
  query?: Record<string, number>;
  /** Aborting it gives the work up on the server too. */
  signal: AbortSignal;
  onProgress?: (progress: TaskProgress) => void;
}

/**
 * Calls a route that may take a while and hears how far it has come. Answers its parsed data; throws as `callApi` does.
 */
export async function callTask<N extends TaskName>(
  name: N,
  { params, query, signal, onProgress }: TaskOptions,
): Promise<Answer<N>> {
  const endpoint: Endpoint = ENDPOINTS[name];
  try {
    const response = await fetch(apiUrl(name, query ? { params, query } : { params }), {
      method: endpoint.method,
      headers: { accept: 'text/event-stream' },
      credentials: 'same-origin',
      signal,
    });
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
    if (!isStream || !response.body) {
      const json = readJson(await response.text());
      throwIfError({ status: response.status, json });
      return parsed(endpoint, (json as { data?: unknown } | undefined)?.data) as Answer<N>;
    }
    for await (const { event, data } of messagesOf(response.body)) {
      if (event === 'done') return parsed(endpoint, data) as Answer<N>;
      if (event === 'failed') throw errorOf(data);
      const progress = taskProgressSchema.safeParse(data);
      if (progress.success) onProgress?.(progress.data);
    }
    throw unreachable();
  } catch (error) {
    if (signal.aborted) throw aborted();
    throw error instanceof AppError ? error : unreachable(error);
  }
}

function parsed(endpoint: Endpoint, data: unknown): unknown {
  const answer = endpoint.answer.safeParse(data);
  if (answer.success) return answer.data;
  throw unreadable(answer.error);
}

function errorOf(data: unknown): AppError {
  const failed = apiErrorSchema.safeParse(data);
  if (!failed.success) return unreadable(failed.error);
  const { code, message, hint } = failed.data.error;
  const { kind } = data as { kind?: unknown };
  return new AppError(code, message, {
    kind: kind === 'transient' || kind === 'bug' ? kind : 'user',
    hint: hint ?? undefined,
  });
}

/** The messages of a stream of server-sent events. */
async function* messagesOf(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<{ event: string; data: unknown }> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      rest += decoder.decode(chunk.value, { stream: true });
      const blocks = rest.split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = /^event: (.*)$/m.exec(block)?.[1];
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (event !== undefined && data !== undefined) yield { event, data: readJson(data) };
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

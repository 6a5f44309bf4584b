import { AppError } from '../errors/app-error.ts';
import { apiErrorSchema } from './answer.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { Answer, CallBody, CallParams, CallQuery, Endpoint, EndpointName } from './endpoints.ts';
import { fileEntrySchema } from './files.ts';
import type { FileEntry } from './files.ts';
import { pipelineDetailSchema, RevisionConflictError } from './pipelines.ts';

type Given<K extends string, T> = T extends undefined
  ? unknown
  : Record<never, T> extends T
    ? { [P in K]?: T }
    : { [P in K]: T };
export type CallOptions<N extends EndpointName> = Given<'params', CallParams<N>> &
  Given<'query', CallQuery<N>> &
  Given<'body', CallBody<N>> & { signal?: AbortSignal };

type Scalars = Record<string, string | number | boolean | null | undefined>;

type JsonEndpointName = {
  [N in EndpointName]: (typeof ENDPOINTS)[N] extends { stream: string } ? never : N;
}[EndpointName];

/**
 * Calls one of our own routes and answers its parsed `data`:
 * `callApi('getPipeline', { params: { id } })`, `callApi('listRuns', { query: { status: 'failed' } })`.
 * Throws an AppError: the server's own code, `unreachable` (kind transient) when no answer came, `aborted` when the
 * signal did, RevisionConflictError when a save met a newer draft.
 */
export async function callApi<N extends JsonEndpointName>(
  name: N,
  options: CallOptions<N>,
): Promise<Answer<N>> {
  const endpoint: Endpoint = ENDPOINTS[name];
  const given = options as { params?: Scalars; query?: Scalars; body?: unknown; signal?: AbortSignal };
  const body = endpoint.body ? JSON.stringify(given.body ?? {}) : undefined;
  const answer = await send(apiUrl(name, given), {
    method: endpoint.method,
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body,
    signal: given.signal,
  });
  return parseData(endpoint, answer) as Answer<N>;
}

/** Path and query of an endpoint, for links and `EventSource`. */
export function apiUrl(name: EndpointName, given: { params?: Scalars; query?: Scalars } = {}): string {
  const path = ENDPOINTS[name].path.replaceAll(/:([A-Za-z]+)/g, (_, key: string) =>
    encodeURIComponent(String(given.params?.[key])),
  );
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(given.query ?? {})) {
    if (value !== undefined && value !== null) query.set(key, String(value));
  }
  return query.size > 0 ? `${path}?${query}` : path;
}

/** Uploads a file. `onProgress` hears a share from 0 to 1. */
export function uploadFile(
  file: File,
  options: { onProgress?: (share: number) => void; signal?: AbortSignal } = {},
): Promise<FileEntry> {
  // XMLHttpRequest, because fetch tells nothing of an upload's progress.
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', apiUrl('uploadFile', { query: { name: file.name } }));
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) options.onProgress?.(event.loaded / event.total);
    };
    request.onload = () => {
      try {
        const answer = { status: request.status, json: readJson(request.responseText) };
        throwIfError(answer);
        resolve(fileEntrySchema.parse((answer.json as { data: unknown }).data));
      } catch (error) {
        reject(error instanceof AppError ? error : unreadable(error));
      }
    };
    request.onerror = () => {
      reject(unreachable());
    };
    request.onabort = () => {
      reject(aborted());
    };
    options.signal?.addEventListener('abort', () => {
      request.abort();
    });
    request.send(file);
  });
}

/** Where the browser downloads a file of the workspace. */
export function downloadUrl(path: string): string {
  return apiUrl('downloadFile', { query: { path } });
}

/** An answer as it came. */
export interface RawAnswer {
  status: number;
  json: unknown;
}

async function send(url: string, init: RequestInit): Promise<RawAnswer> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { ...init, credentials: 'same-origin' });
    text = await response.text();
  } catch (error) {
    throw init.signal?.aborted ? aborted() : unreachable(error);
  }
  const answer = { status: response.status, json: readJson(text) };
  throwIfError(answer);
  return answer;
}

/** A text as JSON, or undefined where it is none. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Throws what an answer other than a good one tells. */
export function throwIfError(answer: RawAnswer): void {
  if (answer.status >= 200 && answer.status < 300) return;
  const parsed = apiErrorSchema.safeParse(answer.json);
  if (!parsed.success) {
    throw new AppError('unreadable-answer', `The server answered ${answer.status} without a reason.`, {
      kind: 'bug',
    });
  }
  const { code, message, hint, issues, current } = parsed.data.error;
  if (code === 'revision-conflict') {
    const pipeline = pipelineDetailSchema.safeParse(current);
    if (pipeline.success) throw new RevisionConflictError(pipeline.data);
  }
  const kind = answer.status >= 500 ? (answer.status === 503 ? 'transient' : 'bug') : 'user';
  throw new AppError(code, message, { kind, hint: hint ?? undefined, issues: issues ?? undefined });
}

function parseData(endpoint: Endpoint, answer: RawAnswer): unknown {
  const parsed = endpoint.answer.safeParse((answer.json as { data?: unknown } | undefined)?.data);
  if (parsed.success) return parsed.data;
  throw unreadable(parsed.error);
}

/** No answer came. */
export const unreachable = (cause?: unknown) =>
  new AppError('unreachable', 'Sluice does not answer.', {
    kind: 'transient',
    hint: 'Is the server still running?',
    cause,
  });
/** The caller gave it up. */
export const aborted = () => new AppError('aborted', 'The request was given up.', { kind: 'user' });
/** The answer does not fit its contract. */
export const unreadable = (cause: unknown) =>
  new AppError('unreadable-answer', 'The server’s answer was not understood.', {
    kind: 'bug',
    hint: 'Reload the page.',
    cause,
  });

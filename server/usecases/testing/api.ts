import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { ENDPOINTS, type Answer, type EndpointName, type Method } from '#lib/contracts/endpoints.ts';
import { apiErrorSchema, dataOf } from '#lib/contracts/answer.ts';
import { apiUrl } from '#lib/contracts/client.ts';
import { testSupabase, type TestSupabase, type TestUser } from '#server/supabase/testing/test-supabase.ts';

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;

export interface Given {
  params?: Record<string, string>;
  query?: Record<string, string | number>;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}
/** An answer's status and JSON; `data` is there when `error` is not. */
export interface Reply<N extends EndpointName = EndpointName> {
  status: number;
  data: Answer<N>;
  error?: {
    code: string;
    message: string;
    hint?: string;
    issues?: unknown[];
    current?: { revision: number };
  };
}
export interface TestApi {
  supabase: TestSupabase;
  /** `SLUICE_DATA_DIR` of this test file. */
  dataDir: string;
  /** Calls a route as the user and reads its JSON. */
  call<N extends EndpointName>(user: TestUser | null, name: N, given?: Given): Promise<Reply<N>>;
  /** Calls a route as the user, for answers that are no JSON. */
  raw(user: TestUser | null, name: EndpointName, given?: Given): Promise<Response>;
}

/**
 * The real routes over the test run's real database, or over `own`, where something claims whatever it finds. Sets this
 * process's environment; one for each test file.
 */
export async function testApi(own?: TestSupabase): Promise<TestApi> {
  const supabase = own ?? (await testSupabase());
  const dataDir = mkdtempSync(path.join(tmpdir(), 'sluice-api-'));
  afterAll(() => rm(dataDir, { recursive: true, force: true }));
  process.env.SUPABASE_URL = supabase.url;
  process.env.SUPABASE_ANON_KEY = supabase.anonKey;
  process.env.SLUICE_DATA_DIR = dataDir;
  delete process.env.SUPABASE_SERVICE_ROLE_KEY;
  const raw: TestApi['raw'] = async (user, name, given = {}) => {
    const handler = await handlerOf(name);
    return handler(requestOf(user, name, given), { params: Promise.resolve(given.params ?? {}) });
  };
  const call: TestApi['call'] = async <N extends EndpointName>(
    user: TestUser | null,
    name: N,
    given?: Given,
  ) => {
    const response = await raw(user, name, given);
    const json = (await response.json()) as Omit<Reply<N>, 'status'>;
    // Every answer of every test is held against its contract.
    if (response.ok) dataOf(ENDPOINTS[name].answer).parse(json);
    else apiErrorSchema.parse(json);
    return { ...json, status: response.status };
  };
  return { supabase, dataDir, call, raw };
}

/** The route's function, found by the path in the table of endpoints, as Next finds it. */
async function handlerOf(name: EndpointName): Promise<Handler> {
  const { path: route, method } = ENDPOINTS[name];
  const folder = route.replaceAll(/:([A-Za-z]+)/g, '[$1]').slice(1);
  const file = path.join(import.meta.dirname, '../../../app', folder, 'route.ts');
  const module = (await import(file)) as Partial<Record<Method, Handler>>;
  const handler = module[method];
  if (!handler) throw new Error(`${file} answers no ${method}`);
  return handler;
}

function requestOf(user: TestUser | null, name: EndpointName, given: Given): Request {
  const isBinary =
    given.body instanceof FormData ||
    given.body instanceof Uint8Array ||
    given.body instanceof ReadableStream;
  const json = given.body !== undefined && !isBinary;
  return new Request(new URL(apiUrl(name, given), 'http://127.0.0.1:4400'), {
    method: ENDPOINTS[name].method,
    headers: {
      host: '127.0.0.1:4400',
      // Cookies need a running Next; a token that nobody signed is as good a stranger.
      authorization: `Bearer ${user?.accessToken ?? 'nobody-in-particular'}`,
      ...(json ? { 'content-type': 'application/json' } : {}),
      ...given.headers,
    },
    ...(given.body === undefined
      ? {}
      : { body: json ? JSON.stringify(given.body) : (given.body as BodyInit), duplex: 'half' }),
    ...(given.signal ? { signal: given.signal } : {}),
  });
}

import { z } from 'zod';
import { dataOf, apiErrorSchema } from '#lib/contracts/answer.ts';
import { ENDPOINTS, type Answer } from '#lib/contracts/endpoints.ts';
import { apiUrl } from '#lib/contracts/client.ts';
import { AppError } from '#lib/errors/app-error.ts';
import { dataDirectory } from '#server/supervisor/data-directory.ts';
import { createSignInToken } from '#server/supervisor/sign-in-link.ts';
import { readState } from '#server/supervisor/state.ts';

/** The running app, asked as its owner, or as whoever `SLUICE_TOKEN` belongs to. */
export interface AppClient {
  origin: string;
  createPipeline(document: Record<string, unknown>): Promise<Answer<'createPipeline'>>;
  getPipeline(id: string): Promise<Answer<'getPipeline'>>;
}

const sessionSchema = z.object({ data: z.object({ access_token: z.string() }) });

/**
 * The app at `SLUICE_URL` with `SLUICE_TOKEN`, else the one that runs over this machine's data directory: who may read
 * that directory may make a sign-in link, and so a session. Throws `app-not-running`, `sign-in-refused`.
 */
export async function openAppClient(env: NodeJS.ProcessEnv = process.env): Promise<AppClient> {
  const state = readState(dataDirectory());
  // A session over this machine's data directory is nobody else's business.
  if (env.SLUICE_URL !== undefined && env.SLUICE_TOKEN === undefined)
    throw new AppError('wrong-call', 'SLUICE_URL needs SLUICE_TOKEN beside it.', {
      hint: 'Put an access token of your account there into SLUICE_TOKEN.',
    });
  const origin = env.SLUICE_URL ?? state.origin;
  const token = env.SLUICE_TOKEN ?? (await tokenByLink(state.ports.gateway));
  if (origin === undefined) throw notRunning();
  const ask = async <N extends 'createPipeline' | 'getPipeline'>(
    name: N,
    given: { params?: Record<string, string>; body?: unknown },
  ): Promise<Answer<N>> => {
    const answer = await reach(new URL(apiUrl(name, given), origin), {
      method: ENDPOINTS[name].method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
    });
    const body: unknown = await answer.json();
    if (!answer.ok) throw refusal(body);
    return dataOf(ENDPOINTS[name].answer).parse(body).data as Answer<N>;
  };
  return {
    origin,
    createPipeline: (document) => ask('createPipeline', { body: { document } }),
    getPipeline: (id) => ask('getPipeline', { params: { id } }),
  };
}

async function tokenByLink(gatewayPort: number | undefined): Promise<string> {
  if (gatewayPort === undefined) throw notRunning();
  const answer = await reach(new URL(`http://127.0.0.1:${gatewayPort}/sluice/sign-in-link`), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: createSignInToken() }),
  });
  const body: unknown = await answer.json();
  if (answer.ok) return sessionSchema.parse(body).data.access_token;
  throw new AppError('sign-in-refused', 'The owner of this app signs in by a password.', {
    hint: 'Put an access token of your account into SLUICE_TOKEN.',
  });
}

async function reach(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    throw notRunning(cause);
  }
}

function refusal(body: unknown): AppError {
  const { error } = apiErrorSchema.parse(body);
  return new AppError(error.code, error.message, {
    ...(error.hint ? { hint: error.hint } : {}),
    ...(error.issues ? { issues: error.issues } : {}),
  });
}

function notRunning(cause?: unknown): AppError {
  return new AppError('app-not-running', 'The app does not answer.', {
    hint: 'Start it with `npx sluice start`, or name another one in SLUICE_URL and SLUICE_TOKEN.',
    cause,
  });
}

import { ENDPOINTS } from '#lib/contracts/endpoints.ts';
import type {
  Answer,
  Endpoint,
  EndpointName,
  ParsedBody,
  ParsedParams,
  ParsedQuery,
} from '#lib/contracts/endpoints.ts';
import { WORKSPACE_COOKIE } from '#lib/contracts/session.ts';
import { AppError } from '#lib/errors/app-error.ts';
import type { Actor } from '../actor.ts';
import { dataAnswer, errorAnswer } from './answers.ts';
import { readJsonBody, parseRequest } from './read-request.ts';
import { withSecurityHeaders } from './security-headers.ts';
import { checkHost, checkOrigin } from './request-guard.ts';
import { requestCookie } from './request-cookie.ts';
import { signedInActor } from './signed-in-actor.ts';

export interface Call<N extends EndpointName> {
  request: Request;
  params: ParsedParams<N>;
  query: ParsedQuery<N>;
  body: ParsedBody<N>;
}
export type SignedInCall<N extends EndpointName> = Call<N> & { actor: Actor };

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;
type Result<N extends EndpointName> = Promise<Answer<N> | Response>;

/** A route for signed-in people: checks the request, finds out who asks, and answers `{data}` or `{error}`. */
export function endpointRoute<N extends EndpointName>(
  name: N,
  act: (call: SignedInCall<N>) => Result<N>,
): Handler {
  return openRoute(name, async (call) => {
    const { headers } = call.request;
    const wished = headers.get(WORKSPACE_COOKIE) ?? requestCookie(headers, WORKSPACE_COOKIE);
    const actor = await signedInActor(headers.get('authorization'), wished);
    if (!actor) throw new AppError('not-signed-in', 'You are not signed in.', { hint: 'Sign in first.' });
    return act({ ...call, actor });
  });
}

/** A route that anybody may call. */
export function openRoute<N extends EndpointName>(name: N, act: (call: Call<N>) => Result<N>): Handler {
  const endpoint: Endpoint = ENDPOINTS[name];
  const answerOf: Handler = async (request, context) => {
    try {
      checkHost(request.headers);
      checkOrigin(request);
      const params = endpoint.params
        ? parseRequest(endpoint.params, await context.params, 'params')
        : undefined;
      const query = endpoint.query
        ? parseRequest(endpoint.query, Object.fromEntries(new URL(request.url).searchParams), 'query')
        : undefined;
      const body = endpoint.body
        ? parseRequest(endpoint.body, await readJsonBody(request, endpoint.maxBodyBytes), 'body')
        : undefined;
      // The table of endpoints says what these are; `N` ties them to the handler.
      const result = await act({ request, params, query, body } as Call<N>);
      return result instanceof Response ? result : dataAnswer(result);
    } catch (error) {
      return errorAnswer(error);
    }
  };
  return async (request, context) => withSecurityHeaders(await answerOf(request, context));
}

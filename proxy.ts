import { NextResponse } from 'next/server';
import type { NextRequest } from 'next/server';
import { SESSION_COOKIE, sessionClient } from '#server/supabase/session.ts';
import { errorAnswer } from '#server/usecases/http/answers.ts';
import { checkHost, checkOrigin } from '#server/usecases/http/request-guard.ts';
import { contentSecurityPolicy, SECURITY_HEADERS } from '#server/usecases/http/security-headers.ts';

const DEV = process.env.NODE_ENV === 'development';

/**
 * Stands before every page and route: who calls us by a foreign name or from a foreign page goes no further (the API's
 * routes check that again for themselves), and every answer carries its security headers.
 */
export async function proxy(request: NextRequest): Promise<Response> {
  try {
    checkHost(request.headers);
    checkOrigin(request);
  } catch (error) {
    return withHeaders(errorAnswer(error));
  }
  const { pathname } = request.nextUrl;
  if (pathname.startsWith('/api/')) return withHeaders(NextResponse.next());
  await renewSession(request);
  const nonce = crypto.randomUUID().replaceAll('-', '');
  const policy = contentSecurityPolicy(nonce, DEV);
  // Next puts the nonce that it finds in the request's policy on its own scripts; the layout reads `x-nonce`.
  const headers = new Headers(request.headers);
  headers.set('content-security-policy', policy);
  headers.set('x-nonce', nonce);
  const answer = withHeaders(NextResponse.next({ request: { headers } }));
  answer.headers.set('content-security-policy', policy);
  return answer;
}

/** A page cannot set cookies while it is rendered, so an old session is renewed before. Routes do it for themselves. */
async function renewSession(request: NextRequest): Promise<void> {
  if (!request.cookies.getAll().some(({ name }) => name.startsWith(SESSION_COOKIE))) return;
  const client = await sessionClient();
  await client.auth.getSession();
}

function withHeaders(answer: Response): Response {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) answer.headers.set(name, value);
  return answer;
}

// Files of the build have a name that is their content's hash, and no policy of their own.
export const config = { matcher: ['/((?!_next/static|_next/image).*)'] };

import { NextResponse } from 'next/server';
import type { NextRequest } from 'next/server';
import { SESSION_COOKIE, sessionClient } from '#server/supabase/session.ts';
import { errorAnswer } from '#server/usecases/http/answers.ts';
import { checkHost, checkOrigin } from '#server/usecases/http/request-guard.ts';
import { contentSecurityPolicy, withSecurityHeaders } from '#server/usecases/http/security-headers.ts';

const DEV = process.env.NODE_ENV === 'development';

/**
 * Stands before every page: who calls us by a foreign name or from a foreign page goes no further, an old session is
 * renewed, and every answer carries its security headers. The API's routes do all of that for themselves.
 */
export async function proxy(request: NextRequest): Promise<Response> {
  try {
    checkHost(request.headers);
    checkOrigin(request);
  } catch (error) {
    return withSecurityHeaders(errorAnswer(error));
  }
  await renewSession(request);
  const nonce = crypto.randomUUID().replaceAll('-', '');
  const policy = contentSecurityPolicy(nonce, DEV);
  // Next puts the nonce that it finds in the request's policy on its own scripts; the layout reads `x-nonce`.
  const headers = new Headers(request.headers);
  headers.set('content-security-policy', policy);
  headers.set('x-nonce', nonce);
  const answer = withSecurityHeaders(NextResponse.next({ request: { headers } }));
  answer.headers.set('content-security-policy', policy);
  return answer;
}

/** A page cannot set cookies while it is rendered, so an old session is renewed before. Routes do it for themselves. */
async function renewSession(request: NextRequest): Promise<void> {
  if (!request.cookies.getAll().some(({ name }) => name.startsWith(SESSION_COOKIE))) return;
  const client = await sessionClient();
  await client.auth.getSession();
}

// Not before files of the build, whose names are their contents' hashes, and not before the API: Next would hold each
// request's body in memory for us, and cut an upload off at 10 MB.
export const config = { matcher: ['/((?!_next/static|_next/image|api/).*)'] };

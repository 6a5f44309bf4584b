import { toAppError } from '#lib/errors/app-error.ts';
import { AppError } from '#lib/errors/app-error.ts';
import { supabaseAddress } from '#server/supabase/environment.ts';
import { sessionClient } from '#server/supabase/session.ts';
import { redeemLink } from '../session.ts';
import { checkHost } from './request-guard.ts';

/**
 * Redeems a one-click link. Answers with a redirect: to `/` with session cookies, or to `/sign-in?reason=<code>`
 * (`link-not-valid`, `accounts-set-up`, `supervisor-away`).
 */
export async function redeemSignInLink(request: Request): Promise<Response> {
  try {
    checkHost(request.headers);
    const token = new URL(request.url).searchParams.get('token') ?? '';
    if (!/^[\w-]{20,200}$/.test(token)) throw new AppError('link-not-valid', 'This is no sign-in link.');
    await redeemLink(await sessionClient(), supabaseAddress().url, token);
    return seeOther('/');
  } catch (error) {
    return seeOther(`/sign-in?reason=${encodeURIComponent(toAppError(error).code)}`);
  }
}

/** Relative, so that it holds behind any proxy. */
function seeOther(location: string): Response {
  return new Response(null, {
    status: 303,
    headers: { location, 'cache-control': 'no-store' },
  });
}

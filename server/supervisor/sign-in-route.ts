import { createClient } from '@supabase/supabase-js';
import { z } from 'zod';
import type { Secrets } from './secrets.ts';
import { redeemSignInToken } from './sign-in-link.ts';

export interface SignInRouteOptions {
  readonly dataDir: string;
  readonly secrets: Secrets;
  /** The gateway's own address, known once it listens. */
  readonly gatewayUrl: () => string;
}

const requestSchema = z.object({ token: z.string().min(20).max(200) });

/**
 * `POST /sluice/sign-in-link {token}` → `{data: {access_token, refresh_token}}`, the owner's session, by an ordinary
 * sign-in with the generated password. Once the owner has set a password of their own there is no such session to
 * give: `accounts-set-up`, and people sign in with e-mail and password.
 */
export function signInRoute(options: SignInRouteOptions): (request: Request) => Promise<Response> {
  return async (request) => {
    if (new URL(request.url).pathname !== '/sluice/sign-in-link' || request.method !== 'POST') {
      return refuse(404, 'not-found', 'There is nothing here.');
    }
    const body = requestSchema.safeParse(await request.json().catch(() => undefined));
    if (!body.success || !redeemSignInToken(body.data.token, options.dataDir)) {
      return refuse(
        401,
        'link-not-valid',
        'This sign-in link has been used or has expired.',
        'Make another with `npx sluice link`.',
      );
    }
    const session = await ownerSession(options.gatewayUrl(), options.secrets);
    if (!session) {
      return refuse(
        409,
        'accounts-set-up',
        'Accounts are set up here.',
        'Sign in with your e-mail address and password.',
      );
    }
    return Response.json({ data: session });
  };
}

export function refuse(status: number, code: string, message: string, hint?: string): Response {
  return Response.json({ error: { code, message, hint } }, { status });
}

/** Signs the owner in with the generated password; undefined once they have one of their own. */
export async function ownerSession(
  url: string,
  secrets: Secrets,
): Promise<{ access_token: string; refresh_token: string } | undefined> {
  const client = createClient(url, secrets.anonKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const { data } = await client.auth.signInWithPassword({
    email: secrets.ownerEmail,
    password: secrets.ownerPassword,
  });
  if (!data.session) return undefined;
  return { access_token: data.session.access_token, refresh_token: data.session.refresh_token };
}

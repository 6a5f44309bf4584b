import 'server-only';
import { createServerClient } from '@supabase/ssr';
import { isAuthRetryableFetchError, type SupabaseClient } from '@supabase/supabase-js';
import { cookies } from 'next/headers';
import { AppError } from '#lib/errors/app-error.ts';
import { supabaseAddress } from './environment.ts';
import type { Database } from './rows.ts';
import { userClient, type UserClient } from './user-client.ts';

/** Fixed, so that a change of the Supabase address (the embedded one has a port of its own) signs nobody out. */
export const SESSION_COOKIE = 'sluice-session';

/**
 * The signed-in person's client, by the session cookies of the request being answered. It renews an old session and
 * writes the cookies anew where the answer can still carry them (route handlers, server actions, the proxy).
 * Make one for each request, never share it.
 */
export async function sessionClient(): Promise<UserClient> {
  const { url, anonKey } = supabaseAddress();
  const store = await cookies();
  const client: SupabaseClient<Database> = createServerClient<Database>(url, anonKey, {
    cookieOptions: {
      name: SESSION_COOKIE,
      httpOnly: true,
      sameSite: 'lax',
      path: '/',
      secure: process.env.SLUICE_ORIGIN?.startsWith('https://') ?? false,
    },
    cookies: {
      getAll: () => store.getAll(),
      setAll(changed) {
        try {
          for (const { name, value, options } of changed) store.set(name, value, options);
        } catch {
          // A page is being rendered and its headers are sent: the next call to a route renews the session.
        }
      },
    },
  });
  return client;
}

/** Who is calling, with a client that acts as them. */
export interface Caller {
  readonly userId: string;
  readonly email: string | null;
  readonly db: UserClient;
  /** A script with a token, or a person in a browser. */
  readonly via: 'cookie' | 'token';
}

/**
 * The caller, by `Authorization: Bearer <Supabase JWT>` or else by the session cookies; null for nobody. The database
 * vouches for the token.
 * @param authorization the request's header of that name
 */
export async function caller(authorization: string | null): Promise<Caller | null> {
  const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  // A header that is there and wrong is refused: falling back to the cookie would act as somebody else.
  if (authorization !== null && !token) return null;
  const db = token ? userClient(supabaseAddress(), token) : await sessionClient();
  const { data, error } = await db.auth.getUser(token);
  if (isAuthRetryableFetchError(error)) {
    // Not the caller's doing: nobody is sent to the sign-in page because the database is away for a moment.
    throw new AppError('database-away', 'The database does not answer.', {
      kind: 'transient',
      hint: 'Try again in a moment.',
      cause: error,
    });
  }
  if (error) return null;
  return { userId: data.user.id, email: data.user.email ?? null, db, via: token ? 'token' : 'cookie' };
}

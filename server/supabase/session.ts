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

/** Who is calling by what their token says, with a client that acts as them: the database checks the token itself. */
export interface ClaimedCaller {
  readonly userId: string;
  readonly db: UserClient;
  /** A script with a token, or a person in a browser. */
  readonly via: 'cookie' | 'token';
  /** Asks whether that user exists and is signed in; null where not. Nothing may be shown or done before. */
  vouch(): Promise<{ userId: string; email: string | null } | null>;
}

/**
 * The caller, by `Authorization: Bearer <Supabase JWT>` or else by the session cookies; null for nobody.
 * @param authorization the request's header of that name
 */
export async function claimedCaller(authorization: string | null): Promise<ClaimedCaller | null> {
  const given = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  // A header that is there and wrong is refused: falling back to the cookie would act as somebody else.
  if (authorization !== null && !given) return null;
  const db = given ? userClient(supabaseAddress(), given) : await sessionClient();
  const token = given ?? (await sessionToken(db));
  const userId = token && subjectOf(token);
  if (!token || !userId) return null;
  return { userId, db, via: given ? 'token' : 'cookie', vouch: () => vouchFor(db, token) };
}

async function sessionToken(db: UserClient): Promise<string | null> {
  const { data, error } = await db.auth.getSession();
  if (isAuthRetryableFetchError(error)) throw databaseAway(error);
  return data.session?.access_token ?? null;
}

async function vouchFor(
  db: UserClient,
  token: string,
): Promise<{ userId: string; email: string | null } | null> {
  const { data, error } = await db.auth.getUser(token);
  if (isAuthRetryableFetchError(error)) throw databaseAway(error);
  return error ? null : { userId: data.user.id, email: data.user.email ?? null };
}

/** Whom a JWT speaks of. Its signature is for others to check. */
function subjectOf(token: string): string | null {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const { sub } = payload as { sub?: unknown };
    return typeof sub === 'string' ? sub : null;
  } catch {
    return null;
  }
}

/** Not the caller's doing: nobody is sent to the sign-in page because the database is away for a moment. */
function databaseAway(cause: unknown): AppError {
  return new AppError('database-away', 'The database does not answer.', {
    kind: 'transient',
    hint: 'Try again in a moment.',
    cause,
  });
}

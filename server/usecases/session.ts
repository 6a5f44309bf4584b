import { z } from 'zod';
import type { Session, SignInRequest } from '#lib/contracts/session.ts';
import { AppError } from '#lib/errors/app-error.ts';
import type { UserClient } from '#server/supabase/user-client.ts';
import type { Actor } from './actor.ts';
import { notFound } from './actor.ts';
import { databaseError } from './database-error.ts';
import { SignInAttempts } from './sign-in-attempts.ts';

/** Who is signed in and where they work. */
export function describeSession(actor: Actor): Session {
  return {
    user: { id: actor.userId, email: actor.email },
    workspace: actor.workspace,
    workspaces: [...actor.workspaces],
  };
}

const attempts = new SignInAttempts();

/** Signs in; the client's own storage (the session cookies) takes up the session. Answers the user. */
export async function signIn(
  client: UserClient,
  request: SignInRequest,
): Promise<{ id: string; email: string | null }> {
  const address = request.email.toLowerCase();
  const begun = Date.now();
  attempts.begin(address, begun);
  const { data, error } = await client.auth.signInWithPassword(request);
  if (!error) attempts.succeeded(address);
  if (!error) return { id: data.user.id, email: data.user.email ?? null };
  if (error.status === 429) {
    attempts.unanswered(address, begun);
    throw new AppError('too-many-attempts', 'Too many attempts.', {
      hint: 'Wait a minute, then try again.',
      cause: error,
    });
  }
  if (error.status === 400 || error.status === 401 || error.status === 422) {
    throw new AppError('wrong-credentials', 'E-mail address or password is wrong.', { cause: error });
  }
  attempts.unanswered(address, begun);
  throw databaseError({ message: error.message });
}

/** Ends this browser's session. Others of the same person stay. */
export async function signOut(client: UserClient): Promise<Record<never, never>> {
  const { error } = await client.auth.signOut({ scope: 'local' });
  // A session that the server has forgotten already is as ended as it can be.
  if (error && error.status !== 400 && error.status !== 401 && error.status !== 403 && error.status !== 404)
    throw databaseError({ message: error.message });
  return {};
}

/** Checks that the person may work in that workspace, for the cookie that names it. */
export function selectWorkspace(actor: Actor, workspaceId: string): Session {
  const workspace = actor.workspaces.find(({ id }) => id === workspaceId);
  if (!workspace) throw notFound('workspace');
  return { ...describeSession(actor), workspace };
}

const tokensSchema = z.object({ data: z.object({ access_token: z.string(), refresh_token: z.string() }) });
const refusedSchema = z.object({
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().nullish() }),
});

/**
 * Exchanges a one-click link's token for the owner's session: the supervisor, which made the link, keeps the other
 * half. Throws `link-not-valid`, `accounts-set-up`, `supervisor-away`.
 */
export async function redeemLink(client: UserClient, supabaseUrl: string, token: string): Promise<void> {
  const tokens = await askSupervisor(`${supabaseUrl}/sluice/sign-in-link`, {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  if (!tokens)
    throw new AppError('link-not-valid', 'This server gives out no sign-in links.', {
      hint: 'Sign in with e-mail and password.',
    });
  const { error } = await client.auth.setSession(tokens);
  if (error) throw databaseError({ message: error.message });
}

/** Tokens of a session that the supervisor gives out; undefined where none answers, its refusal as an AppError. */
export async function askSupervisor(
  url: string,
  request: { headers: Record<string, string>; body?: string },
): Promise<{ access_token: string; refresh_token: string } | undefined> {
  let text: string;
  try {
    const response = await fetch(url, { ...request, method: 'POST', signal: AbortSignal.timeout(10_000) });
    text = await response.text();
  } catch (cause) {
    throw new AppError(
      'supervisor-away',
      'The part of Sluice that gives out sign-in links does not answer.',
      { kind: 'transient', hint: 'Try again in a moment.', cause },
    );
  }
  const answer = readJson(text);
  const tokens = tokensSchema.safeParse(answer);
  if (tokens.success) return tokens.data.data;
  const refused = refusedSchema.safeParse(answer);
  if (!refused.success) return undefined;
  const { code, message, hint } = refused.data.error;
  throw new AppError(code, message, { hint: hint ?? undefined });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A Supabase project has no supervisor, and says so in its own words.
    return undefined;
  }
}

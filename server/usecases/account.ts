import type { AuthError } from '@supabase/supabase-js';
import type { ChangePasswordRequest } from '#lib/contracts/session.ts';
import { AppError, toAppError } from '#lib/errors/app-error.ts';
import { supabaseAddress, type SupabaseAddress } from '#server/supabase/environment.ts';
import { anonymousClient, type UserClient } from '#server/supabase/user-client.ts';
import type { Actor } from './actor.ts';
import { databaseError } from './database-error.ts';
import { askSupervisor, signIn } from './session.ts';

/**
 * Changes the caller's password. All their sessions end, but for a new one that a browser goes on with. In the embedded
 * database this is also what sets up accounts: the generated password of the first owner signs nobody in any more.
 * Throws `wrong-password` (the current one), `password-refused` (the new one), `too-many-attempts`.
 */
export async function changePassword(
  actor: Actor,
  { currentPassword, newPassword }: ChangePasswordRequest,
): Promise<Record<never, never>> {
  const address = supabaseAddress();
  // A session of its own, in nobody's cookies: it proves who asks, and outlives the others.
  const fresh = anonymousClient(address);
  if (currentPassword) await proveByPassword(fresh, actor, currentPassword);
  else await proveByLink(fresh, actor, address);
  const { error } = await fresh.auth.updateUser({ password: newPassword });
  if (error) throw refusal(error);
  const { error: notEnded } = await fresh.auth.signOut({ scope: 'others' });
  if (notEnded) throw databaseError({ message: notEnded.message });
  if (actor.via === 'cookie') await goOnWith(fresh, actor.db);
  return {};
}

async function proveByPassword(fresh: UserClient, actor: Actor, password: string): Promise<void> {
  if (actor.email === null)
    throw new AppError('no-password', 'This account has no e-mail address and password.');
  try {
    await signIn(fresh, { email: actor.email, password });
  } catch (error) {
    if (toAppError(error).code !== 'wrong-credentials') throw error;
    throw new AppError('wrong-password', 'That is not your current password.', { cause: error });
  }
}

/** The first owner came by a link and was never told their generated password: the supervisor knows it. */
async function proveByLink(fresh: UserClient, actor: Actor, address: SupabaseAddress): Promise<void> {
  const needed = new AppError('wrong-password', 'Type your current password.');
  const { data } = await actor.db.auth.getSession();
  const token = data.session?.access_token;
  // A script has no link to have come by.
  if (actor.via === 'token' || !token) throw needed;
  const tokens = await askOwnerSession(address, token).catch((error: unknown) => {
    throw toAppError(error).code === 'accounts-set-up' ? needed : error;
  });
  if (!tokens) throw needed;
  const { error } = await fresh.auth.setSession(tokens);
  if (error) throw databaseError({ message: error.message });
}

const askOwnerSession = (address: SupabaseAddress, token: string) =>
  askSupervisor(`${address.url}/sluice/owner-session`, { headers: { authorization: `Bearer ${token}` } });

/** The browser's own session is among those that ended. */
async function goOnWith(fresh: UserClient, browser: UserClient): Promise<void> {
  const { data } = await fresh.auth.getSession();
  if (!data.session) throw databaseError({ message: 'the new session is not there' });
  const { error } = await browser.auth.setSession(data.session);
  if (error) throw databaseError({ message: error.message });
}

/** Supabase's own words for a password that it finds too weak, too long, or no change. */
function refusal(error: AuthError): AppError {
  if (error.status !== 400 && error.status !== 422) return databaseError({ message: error.message });
  const same = error.code === 'same_password';
  return new AppError(
    'password-refused',
    same ? 'That is the password that you have.' : `It was not accepted: ${error.message}`,
    { hint: 'Choose another one.', cause: error },
  );
}

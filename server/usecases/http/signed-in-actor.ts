import { claimedCaller } from '#server/supabase/session.ts';
import { loadActor } from '../actor.ts';
import type { Actor } from '../actor.ts';

/**
 * Who asks, with their workspaces; null for nobody. Side by side: the database lets nobody read by a token that it has
 * not checked, and what it gave is used only for a user who is vouched for.
 * @param authorization the request's header of that name
 */
export async function signedInActor(
  authorization: string | null,
  wishedWorkspace: string | null,
): Promise<Actor | null> {
  const claimed = await claimedCaller(authorization);
  if (!claimed) return null;
  const { userId, db, via } = claimed;
  const [vouched, loaded] = await Promise.allSettled([
    claimed.vouch(),
    loadActor({ userId, email: null, db, via }, wishedWorkspace),
  ]);
  if (vouched.status === 'rejected') throw vouched.reason;
  if (vouched.value?.userId !== userId) return null;
  if (loaded.status === 'rejected') throw loaded.reason;
  return { ...loaded.value, email: vouched.value.email };
}

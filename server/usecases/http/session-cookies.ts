import { cookies } from 'next/headers';
import type { Session, SignInRequest } from '#lib/contracts/session.ts';
import { WORKSPACE_COOKIE } from '#lib/contracts/session.ts';
import { sessionClient } from '#server/supabase/session.ts';
import type { Actor } from '../actor.ts';
import { loadActor } from '../actor.ts';
import { describeSession, selectWorkspace, signIn, signOut } from '../session.ts';

const YEAR_S = 365 * 86_400;

/** Signs in with e-mail and password; the answer carries the session cookies. */
export async function startSession(request: SignInRequest): Promise<Session> {
  const db = await sessionClient();
  const user = await signIn(db, request);
  const wished = (await cookies()).get(WORKSPACE_COOKIE)?.value ?? null;
  return describeSession(await loadActor({ userId: user.id, email: user.email, db, via: 'cookie' }, wished));
}

/** Signs out; the answer takes the session cookies away. */
export async function endSession(): Promise<Record<never, never>> {
  return signOut(await sessionClient());
}

/** Remembers in which workspace this browser works. */
export async function chooseWorkspace(actor: Actor, workspaceId: string): Promise<Session> {
  const session = selectWorkspace(actor, workspaceId);
  (await cookies()).set(WORKSPACE_COOKIE, workspaceId, {
    path: '/',
    maxAge: YEAR_S,
    httpOnly: true,
    sameSite: 'lax',
    secure: process.env.SLUICE_ORIGIN?.startsWith('https://') ?? false,
  });
  return session;
}

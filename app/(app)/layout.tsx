import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { AppFrame } from '#components/shell/app-frame.tsx';
import { ToSignIn } from '#components/shell/to-sign-in.tsx';
import { WORKSPACE_COOKIE } from '#lib/contracts/session.ts';
import { caller } from '#server/supabase/session.ts';
import { loadActor } from '#server/usecases/actor.ts';
import { describeSession } from '#server/usecases/session.ts';

/** Only for those who are signed in; their name and role are there with the first paint. */
export default async function AppLayout({ children }: { children: ReactNode }) {
  const signedIn = await caller(null);
  if (!signedIn) return <ToSignIn />;
  const wished = (await cookies()).get(WORKSPACE_COOKIE)?.value ?? null;
  return <AppFrame session={describeSession(await loadActor(signedIn, wished))}>{children}</AppFrame>;
}

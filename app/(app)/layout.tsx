import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { AppFrame } from '#components/shell/app-frame.tsx';
import { ToSignIn } from '#components/shell/to-sign-in.tsx';
import { WORKSPACE_COOKIE } from '#lib/contracts/session.ts';
import { signedInActor } from '#server/usecases/http/signed-in-actor.ts';
import { describeSession } from '#server/usecases/session.ts';

/** Only for those who are signed in; their name and role are there with the first paint. */
export default async function AppLayout({ children }: { children: ReactNode }) {
  const wished = (await cookies()).get(WORKSPACE_COOKIE)?.value ?? null;
  const actor = await signedInActor(null, wished);
  if (!actor) return <ToSignIn />;
  return <AppFrame session={describeSession(actor)}>{children}</AppFrame>;
}

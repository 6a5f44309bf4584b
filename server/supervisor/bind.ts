import { isIPv4 } from 'node:net';
import { AppError } from '#lib/errors/app-error.ts';
import type { EmbeddedSupabase } from './embedded-supabase.ts';
import { ownerSession } from './sign-in-route.ts';

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/**
 * Other machines may reach the app only once accounts are set up. With a Supabase project they always are; in the
 * embedded one they are when the owner has replaced the generated password (`sluice user password`), that is, when it no longer
 * signs them in. Until then whoever has a sign-in link is the owner, which is for this machine alone.
 * @throws AppError `accounts-not-set-up`
 */
export async function checkBind(host: string, embedded: EmbeddedSupabase | undefined): Promise<void> {
  if (isLoopback(host) || !embedded) return;
  if (!(await ownerSession(embedded.url, embedded.secrets))) return;
  throw new AppError(
    'accounts-not-set-up',
    `Sluice will not listen on ${host}: nobody has set a password yet.`,
    {
      hint: `Set one with \`npx sluice user password ${embedded.secrets.ownerEmail}\`, then start it again.`,
    },
  );
}

import type { App } from '@supabase/lite';
import type { Sql } from 'postgres';
import { AppError } from '#lib/errors/app-error.ts';
import type { Secrets } from './secrets.ts';

/**
 * Makes an account with a password, through the same sign-up as a hosted project would, in process: over HTTP the
 * embedded database takes no sign-ups.
 * @returns the user's id.
 */
async function createAccount(
  app: App,
  anonKey: string,
  account: { email: string; password: string },
): Promise<string> {
  const answer = await app.fetch(
    new Request('http://127.0.0.1/auth/v1/signup', {
      method: 'POST',
      headers: { apikey: anonKey, 'content-type': 'application/json' },
      body: JSON.stringify(account),
    }),
  );
  const body = (await answer.json()) as { user?: { id?: string }; msg?: string };
  if (!answer.ok || !body.user?.id) {
    throw new AppError(
      'account-not-created',
      `The account ${account.email} was not created: ${body.msg ?? answer.status}`,
      {
        kind: 'bug',
      },
    );
  }
  return body.user.id;
}

/** On a new database: the owner's account and a workspace of theirs. Later starts find them and change nothing. */
export async function ensureOwner(sql: Sql, app: App, secrets: Secrets): Promise<void> {
  const [anybody] = await sql`select id from auth.users limit 1`;
  const owner =
    (anybody?.id as string | undefined) ??
    (await createAccount(app, secrets.anonKey, {
      email: secrets.ownerEmail,
      password: secrets.ownerPassword,
    }));
  const [member] = await sql`select 1 from public.members limit 1`;
  if (member) return;
  // A workspace is only ever made by a signed-in user; this statement speaks as one.
  await sql.begin(async (transaction) => {
    await transaction`select set_config('request.jwt.claim.sub', ${owner}, true)`;
    await transaction`select public.create_workspace('My workspace')`;
  });
}

import { randomBytes } from 'node:crypto';
import type { App } from '@supabase/lite';
import { SignJWT } from 'jose';
import type { Sql } from 'postgres';
import type { Role } from '#lib/contracts/workspaces.ts';
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
  if (answer.status === 422) {
    throw new AppError('account-not-created', `There is no account for ${account.email}: ${body.msg ?? ''}.`);
  }
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

/** The embedded database, for whoever makes accounts in it. */
export interface AccountsDatabase {
  readonly sql: Sql;
  /** Takes sign-ups, and is called in process only. */
  readonly app: App;
  readonly secrets: Secrets;
}

export interface NewAccount {
  readonly email: string;
  /** The workspace to be a member of, by name; without one the person makes their own or is added later. */
  readonly workspace?: { readonly name: string; readonly role: Role } | undefined;
}

/**
 * Makes an account with a generated password.
 * @returns the password, which is kept nowhere.
 * @throws AppError `account-exists`, `workspace-not-found`
 */
export async function addAccount(database: AccountsDatabase, account: NewAccount): Promise<string> {
  const { sql, app, secrets } = database;
  const place = account.workspace && {
    workspaceId: await workspaceNamed(sql, account.workspace.name),
    role: account.workspace.role,
  };
  if (await userIdOf(sql, account.email)) {
    throw new AppError('account-exists', `${account.email} has an account already.`, {
      hint: 'Add them to a workspace in Settings; `npx sluice user password` gives them a new password.',
    });
  }
  const password = newPassword();
  const userId = await createAccount(app, secrets.anonKey, { email: account.email, password });
  if (place) {
    await sql`insert into public.members (workspace_id, user_id, role) values (${place.workspaceId}, ${userId}, ${place.role})`;
  }
  return password;
}

/**
 * Replaces a person's password by a generated one, and ends their sessions.
 * @returns the password, which is kept nowhere.
 * @throws AppError `no-account`
 */
export async function resetPassword(database: AccountsDatabase, email: string): Promise<string> {
  const { sql, app, secrets } = database;
  const userId = await userIdOf(sql, email);
  if (!userId) throw new AppError('no-account', `Nobody has an account with the address ${email}.`);
  const password = newPassword();
  const token = await new SignJWT({ role: 'authenticated', aud: 'authenticated' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setExpirationTime('1 minute')
    .sign(new TextEncoder().encode(secrets.jwtSecret));
  const answer = await app.fetch(
    new Request('http://127.0.0.1/auth/v1/user', {
      method: 'PUT',
      headers: {
        apikey: secrets.anonKey,
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ password }),
    }),
  );
  if (!answer.ok) {
    throw new AppError('password-not-set', `The password was not replaced: ${await answer.text()}`, {
      kind: 'bug',
    });
  }
  await sql`delete from auth.sessions where user_id = ${userId}`;
  return password;
}

/** Twenty characters that survive being copied from a terminal. */
function newPassword(): string {
  return randomBytes(15).toString('base64url');
}

async function userIdOf(sql: Sql, email: string): Promise<string | undefined> {
  const [user] = await sql`select id from auth.users where lower(email) = lower(${email})`;
  return user?.id as string | undefined;
}

async function workspaceNamed(sql: Sql, name: string): Promise<string> {
  const found = await sql`select id from public.workspaces where name = ${name} limit 2`;
  if (found.length === 1) return String(found[0]?.id);
  const all = await sql`select distinct name from public.workspaces order by name limit 20`;
  throw new AppError(
    'workspace-not-found',
    found.length > 1 ? `Several workspaces are called “${name}”.` : `There is no workspace called “${name}”.`,
    {
      hint:
        found.length > 1
          ? 'Leave --workspace out, and let an owner of the right one add them in Settings.'
          : `There is ${all.map((workspace) => `“${workspace.name}”`).join(', ')}.`,
    },
  );
}

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addAccount } from '#server/supervisor/accounts.ts';
import { checkBind } from '#server/supervisor/bind.ts';
import { startEmbeddedSupabase, type EmbeddedSupabase } from '#server/supervisor/embedded-supabase.ts';
import { gatewayConnection, type GatewayConnection } from '#server/supervisor/gateway-connection.ts';
import { supabaseApp } from '#server/supervisor/gateway.ts';
import { ownerSession } from '#server/supervisor/sign-in-route.ts';
import { anonymousClient, userClient, type UserClient } from '#server/supabase/user-client.ts';
import { changePassword } from './account.ts';
import { loadActor, type Actor } from './actor.ts';

const NEW = 'my own long password';

const dataDir = mkdtempSync(path.join(tmpdir(), 'sluice-account-'));
chmodSync(dataDir, 0o711);
let supabase: EmbeddedSupabase;
let sql: Sql;
let connection: GatewayConnection;
let address: { url: string; anonKey: string };
beforeAll(async () => {
  supabase = await startEmbeddedSupabase({ dataDir, durable: false });
  sql = postgres(supabase.cluster.url, { max: 1, onnotice: () => undefined });
  connection = gatewayConnection(supabase.cluster.url);
  address = { url: supabase.url, anonKey: supabase.secrets.anonKey };
  process.env.SUPABASE_URL = address.url;
  process.env.SUPABASE_ANON_KEY = address.anonKey;
});
afterAll(async () => {
  await connection.close();
  await sql.end();
  await supabase.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const signsIn = async (email: string, password: string) =>
  (await anonymousClient(address).auth.signInWithPassword({ email, password })).error === null;

/** A person as a browser has them: with a session that is renewed. */
async function inBrowser(db: UserClient): Promise<Actor> {
  const { data } = await db.auth.getUser();
  const user = { userId: data.user?.id ?? '', email: data.user?.email ?? null };
  return loadActor({ ...user, db, via: 'cookie' }, null);
}

describe('a person with a password', () => {
  let email: string;
  let password: string;
  let person: Actor;
  let people = 0;
  const arrive = async () => {
    email = `person-${(people += 1)}@example.test`;
    const { secrets } = supabase;
    // Only in process are sign-ups open.
    password = await addAccount({ sql, app: supabaseApp(connection, secrets, true), secrets }, { email });
    const db = anonymousClient(address);
    await db.auth.signInWithPassword({ email, password });
    person = await inBrowser(db);
  };

  it('changes it; other sessions end, the browser goes on', async () => {
    await arrive();
    const elsewhere = anonymousClient(address);
    await elsewhere.auth.signInWithPassword({ email, password });
    await changePassword(person, { currentPassword: password, newPassword: NEW });
    expect(await signsIn(email, password)).toBe(false);
    expect(await signsIn(email, NEW)).toBe(true);
    expect((await elsewhere.auth.refreshSession()).error).not.toBeNull();
    expect((await person.db.auth.refreshSession()).error).toBeNull();
  });

  it('is refused with a wrong one, or without', async () => {
    await arrive();
    for (const currentPassword of ['not my password', '', undefined]) {
      await expect(changePassword(person, { currentPassword, newPassword: NEW })).rejects.toMatchObject({
        code: 'wrong-password',
      });
    }
    expect(await signsIn(email, password)).toBe(true);
  });

  it('cannot be guessed for long by somebody at their browser', async () => {
    await arrive();
    const guess = () => changePassword(person, { currentPassword: 'a guess', newPassword: NEW });
    const codes = [];
    for (let tries = 0; tries < 11; tries += 1) {
      codes.push(await guess().catch((error: { code: string }) => error.code));
    }
    expect(codes).toEqual([...Array<string>(10).fill('wrong-password'), 'too-many-attempts']);
  });
});

describe('the first owner, who came by a link', () => {
  it('sets a password without knowing the generated one, once; that sets up accounts', async () => {
    const { ownerEmail } = supabase.secrets;
    const tokens = await ownerSession(address.url, supabase.secrets);
    const db = anonymousClient(address);
    await db.auth.setSession(tokens ?? { access_token: '', refresh_token: '' });
    const owner = await inBrowser(db);
    await expect(checkBind('0.0.0.0', supabase)).rejects.toMatchObject({ code: 'accounts-not-set-up' });

    const script: Actor = { ...owner, db: userClient(address, tokens?.access_token ?? ''), via: 'token' };
    await expect(changePassword(script, { newPassword: NEW })).rejects.toMatchObject({
      code: 'wrong-password',
    });

    await changePassword(owner, { newPassword: NEW });
    expect(await signsIn(ownerEmail, NEW)).toBe(true);
    expect((await owner.db.auth.refreshSession()).error).toBeNull();
    await expect(checkBind('0.0.0.0', supabase)).resolves.toBeUndefined();
    // From now on it takes the password that they know.
    await expect(changePassword(owner, { newPassword: 'another long one' })).rejects.toMatchObject({
      code: 'wrong-password',
    });
  });

  it('is nobody else: the supervisor gives no session to a stranger', async () => {
    const ask = async (headers: Record<string, string>) =>
      (await fetch(`${address.url}/sluice/owner-session`, { method: 'POST', headers })).status;
    expect(await ask({})).toBe(401);
    expect(await ask({ authorization: 'Bearer nonsense' })).toBe(401);
  });
});

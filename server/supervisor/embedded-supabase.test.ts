import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkBind } from './bind.ts';
import { startEmbeddedSupabase, type EmbeddedSupabase } from './embedded-supabase.ts';
import { isRunning } from './process-identity.ts';
import { createSignInToken } from './sign-in-link.ts';

const folders: string[] = [];
function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-embedded-'));
  chmodSync(folder, 0o711);
  folders.push(folder);
  return folder;
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
const quiet = { persistSession: false, autoRefreshToken: false } as const;
const options = { auth: quiet };

/** The owner's client, by way of a sign-in link. */
async function signIn(supabase: EmbeddedSupabase, token: string) {
  const answer = await fetch(`${supabase.url}/sluice/sign-in-link`, {
    method: 'POST',
    body: JSON.stringify({ token }),
  });
  const body = (await answer.json()) as {
    data?: { access_token: string; refresh_token: string };
    error?: { code: string };
  };
  const client = createClient(supabase.url, supabase.secrets.anonKey, options);
  if (body.data) await client.auth.setSession(body.data);
  return { status: answer.status, code: body.error?.code, client };
}

describe('a data directory of its own', () => {
  let dataDir: string;
  let first: EmbeddedSupabase;
  beforeAll(async () => {
    dataDir = newFolder();
    first = await startEmbeddedSupabase({ dataDir, durable: false });
  });
  afterAll(() => first.stop());

  it('keeps its secrets to its owner', () => {
    expect(statSync(path.join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(statSync(first.directory.postgres).mode & 0o777).toBe(0o700);
  });

  it('has an owner with a workspace, who comes in by a link, once', async () => {
    const token = createSignInToken(dataDir);
    const { status, client } = await signIn(first, token);
    expect(status).toBe(200);
    const { data } = await client.from('members').select('role, workspaces(name)');
    expect(data).toEqual([{ role: 'owner', workspaces: { name: 'My workspace' } }]);
    expect(await signIn(first, token)).toMatchObject({ status: 401, code: 'link-not-valid' });
  });

  it('takes no sign-ups', async () => {
    const { error } = await createClient(first.url, first.secrets.anonKey, options).auth.signUp({
      email: 'me@example.test',
      password: 'a long password',
    });
    expect(error).not.toBeNull();
  });

  it('answers no page of a browser, and nothing without a key', async () => {
    const ask = (headers: Record<string, string>) =>
      fetch(`${first.url}/rest/v1/workspaces`, { headers }).then(({ status }) => status);
    const apikey = first.secrets.serviceRoleKey;
    expect(await ask({ apikey })).toBe(200);
    expect(await ask({ apikey, origin: 'https://example.test' })).toBe(403);
    expect(await ask({})).toBe(401);
    expect(await ask({ apikey: `${apikey}x` })).toBe(401);
    expect((await fetch(`${first.url}/_system/info`, { headers: { apikey } })).status).toBe(404);
  });

  it('does not clash with another beside it', async () => {
    const second = await startEmbeddedSupabase({ dataDir: newFolder(), durable: false });
    try {
      const ids = async ({ url, secrets }: EmbeddedSupabase) =>
        (await createClient(url, secrets.serviceRoleKey, options).from('workspaces').select('id')).data?.map(
          ({ id }) => id as string,
        );
      const [one, two] = [await ids(first), await ids(second)];
      expect(one).toHaveLength(1);
      expect(two).toHaveLength(1);
      expect(one).not.toEqual(two);
      expect(
        (
          await createClient(second.url, first.secrets.serviceRoleKey, options)
            .from('workspaces')
            .select('id')
        ).error,
      ).not.toBeNull();
    } finally {
      await second.stop();
    }
    expect(isRunning(second.cluster.process)).toBe(false);
  });
});

it('everything is there after a restart, on the same ports', async () => {
  const dataDir = newFolder();
  const before = await startEmbeddedSupabase({ dataDir, durable: false });
  const ports = { postgres: before.cluster.port, gateway: Number(new URL(before.url).port) };
  const link = createSignInToken(dataDir);
  await before.stop();
  expect(isRunning(before.cluster.process)).toBe(false);

  const after = await startEmbeddedSupabase({ dataDir, durable: false, wishedPorts: ports });
  try {
    expect(after.url).toBe(before.url);
    expect(after.cluster.port).toBe(ports.postgres);
    expect(after.migrated).toEqual([]);
    expect(after.secrets).toEqual(before.secrets);
    expect((await signIn(after, link)).status).toBe(200);
  } finally {
    await after.stop();
  }
});

it('listens for other machines only after the owner has set a password, and then gives no more sessions by link', async () => {
  const dataDir = newFolder();
  const supabase = await startEmbeddedSupabase({ dataDir, durable: false });
  try {
    await expect(checkBind('127.0.0.1', supabase)).resolves.toBeUndefined();
    await expect(checkBind('0.0.0.0', supabase)).rejects.toMatchObject({ code: 'accounts-not-set-up' });
    const { client } = await signIn(supabase, createSignInToken(dataDir));
    expect((await client.auth.updateUser({ password: 'my own long password' })).error).toBeNull();
    await expect(checkBind('0.0.0.0', supabase)).resolves.toBeUndefined();
    expect(await signIn(supabase, createSignInToken(dataDir))).toMatchObject({
      status: 409,
      code: 'accounts-set-up',
    });
  } finally {
    await supabase.stop();
  }
});

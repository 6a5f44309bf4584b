import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startEmbeddedSupabase, type EmbeddedSupabase } from './embedded-supabase.ts';
import { becomeSupervisor } from './state.ts';

const MAIN = path.join(import.meta.dirname, '../cli/main.ts');
const dataDir = mkdtempSync(path.join(tmpdir(), 'sluice-users-'));
chmodSync(dataDir, 0o711);

let running: EmbeddedSupabase | undefined;
let giveUp: (() => void) | undefined;
async function start(): Promise<EmbeddedSupabase> {
  running = await startEmbeddedSupabase({ dataDir, durable: false });
  giveUp = becomeSupervisor(running.directory);
  return running;
}
async function stop(): Promise<void> {
  await running?.stop();
  giveUp?.();
  running = undefined;
}
beforeAll(start);
afterAll(async () => {
  await stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** The real command in a process of its own. */
function sluice(...args: string[]): Promise<{ code: number | null; said: string; password: string }> {
  const child = spawn(process.execPath, [MAIN, 'user', ...args], {
    env: { ...process.env, SUPABASE_URL: undefined, SLUICE_DATA_DIR: dataDir },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  return new Promise((resolve) => {
    child.once('close', (code) => {
      resolve({ code, said, password: /Password +(\S+)/.exec(said)?.[1] ?? '' });
    });
  });
}

async function signIn(supabase: EmbeddedSupabase, email: string, password: string) {
  const client = createClient(supabase.url, supabase.secrets.anonKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const { error } = await client.auth.signInWithPassword({ email, password });
  return { client, error };
}

it('makes an account that signs in, in a workspace with a role, once', async () => {
  const made = await sluice('add', 'Ann@example.com', '--workspace', 'My workspace', '--role', 'viewer');
  expect(made).toMatchObject({ code: 0 });
  const { client, error } = await signIn(running ?? (await start()), 'ann@example.com', made.password);
  expect(error).toBeNull();
  const { data } = await client.from('members').select('role, workspaces(name)').eq('role', 'viewer');
  expect(data).toEqual([{ role: 'viewer', workspaces: { name: 'My workspace' } }]);

  expect(await sluice('add', 'ann@example.com')).toMatchObject({ code: 1, password: '' });
});

it('makes one without a workspace while Sluice is stopped', async () => {
  await stop();
  const made = await sluice('add', 'bob@example.com');
  expect(made).toMatchObject({ code: 0 });
  const { client, error } = await signIn(await start(), 'bob@example.com', made.password);
  expect(error).toBeNull();
  expect((await client.from('workspaces').select('id')).data).toEqual([]);
});

it('replaces a password; the old one and its sessions are worth nothing any more', async () => {
  const supabase = running ?? (await start());
  const first = await sluice('add', 'carol@example.com');
  const before = await signIn(supabase, 'carol@example.com', first.password);
  const second = await sluice('password', 'carol@example.com');
  expect(second).toMatchObject({ code: 0 });
  expect((await signIn(supabase, 'carol@example.com', first.password)).error).not.toBeNull();
  expect((await signIn(supabase, 'carol@example.com', second.password)).error).toBeNull();
  expect((await before.client.auth.refreshSession()).error).not.toBeNull();
});

it.each([
  ['an address that is none', 2, ['add', 'nonsense']],
  ['a role that is none', 2, ['add', 'd@example.com', '--workspace', 'My workspace', '--role', 'king']],
  ['a role without a workspace', 2, ['add', 'd@example.com', '--role', 'viewer']],
  ['a workspace that is not there', 1, ['add', 'd@example.com', '--workspace', 'Nowhere']],
  ['somebody who has no account', 1, ['password', 'd@example.com']],
])('refuses %s', async (_, code, args) => {
  expect(await sluice(...args)).toMatchObject({ code, password: '' });
});

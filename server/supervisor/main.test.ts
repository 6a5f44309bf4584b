import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient } from '@supabase/supabase-js';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { dataDirectory } from './data-directory.ts';
import { freePort } from './free-port.ts';
import { livePostmaster } from './postgres/postmaster.ts';
import { isRunning } from './process-identity.ts';
import { readSecrets } from './secrets.ts';
import { readState } from './state.ts';

// Whole starts, several in a test, on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 120_000 });

let dataDir: string;
const started: ChildProcess[] = [];
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'sluice-main-'));
  chmodSync(dataDir, 0o711);
});
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  }
  rmSync(dataDir, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcess;
  output(): string;
  until(text: string): Promise<void>;
  end(signal: NodeJS.Signals): Promise<number | null>;
}

async function start(...args: string[]): Promise<Started> {
  const child = spawn(
    process.execPath,
    [path.join(import.meta.dirname, 'main.ts'), '--port', String(await freePort()), ...args],
    {
      env: { NODE_ENV: 'production', PATH: process.env.PATH, SLUICE_DATA_DIR: dataDir },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  started.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return {
    child,
    output: () => output,
    until: (text) => vi.waitFor(() => expect(output).toContain(text), { timeout: 60_000, interval: 50 }),
    async end(signal) {
      child.kill(signal);
      await once(child, 'exit');
      return child.exitCode;
    },
  };
}

it('starts, is the only one, and leaves nothing behind', async () => {
  const first = await start();
  await first.until('Database ready');
  const { children } = readState(dataDirectory(dataDir));
  const database = livePostmaster(path.join(dataDir, 'postgres'))?.process;
  if (!database) throw new Error('no database is running');

  const second = await start();
  await second.until('running already');
  await vi.waitFor(() => expect(second.child.exitCode).toBe(3));

  expect(await first.end('SIGTERM')).toBe(0);
  expect([database, ...children].filter(isRunning)).toEqual([]);
  expect(readState(dataDirectory(dataDir)).children).toEqual([]);
});

it('killed and started again takes the database over, and ends the children that were left', async () => {
  const killed = await start();
  await killed.until('Database ready');
  const { children, ports } = readState(dataDirectory(dataDir));
  await killed.end('SIGKILL');
  expect(livePostmaster(path.join(dataDir, 'postgres'))).toBeDefined();

  const next = await start();
  await next.until('Database ready');
  expect(children.filter(isRunning)).toEqual([]);
  expect(readState(dataDirectory(dataDir)).ports).toEqual(ports);
  expect(await next.end('SIGINT')).toBe(0);
  expect(livePostmaster(path.join(dataDir, 'postgres'))).toBeUndefined();
});

it('a start that is broken off at once leaves nothing behind', async () => {
  const broken = await start();
  // Anywhere in its start: the cluster is made, the database starts, migrations run.
  await vi.waitFor(
    () => expect(readFileSync(path.join(dataDir, 'secrets.json'), 'utf8')).toContain('jwtSecret'),
    { timeout: 30_000, interval: 10 },
  );
  await broken.end('SIGTERM');
  expect(livePostmaster(path.join(dataDir, 'postgres'))).toBeUndefined();
});

it('brings the database back when it is killed, with requests under way, and goes on', async () => {
  const running = await start();
  await running.until('Database ready');
  const directory = dataDirectory(dataDir);
  const { serviceRoleKey } = readSecrets(directory.secretsFile);
  const service = createClient(`http://127.0.0.1:${readState(directory).ports.gateway}`, serviceRoleKey, {
    auth: { persistSession: false },
  });
  const ask = async () => (await service.from('workspaces').select('id')).data?.length;
  const database = livePostmaster(directory.postgres)?.process;
  if (!database) throw new Error('no database is running');

  for (const kill of ['SIGKILL', 'SIGQUIT'] as const) {
    const underWay = Array.from({ length: 20 }, ask);
    process.kill(livePostmaster(directory.postgres)?.process.pid ?? 0, kill);
    await Promise.all(underWay);
    await vi.waitFor(async () => expect(await ask()).toBe(1), { timeout: 20_000, interval: 250 });
  }
  expect(isRunning(database)).toBe(false);
  // One connection after another works, not only the first.
  expect(await Promise.all(Array.from({ length: 30 }, ask))).toEqual(Array.from({ length: 30 }, () => 1));
  expect(await running.end('SIGTERM')).toBe(0);
});

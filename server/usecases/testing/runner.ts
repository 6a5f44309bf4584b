import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll } from 'vitest';
import type { TestApi } from './api.ts';

/** A real runner process over a test file's database and data directory. */
export interface TestRunner {
  /** Starts it (again) and waits until it answers. */
  start(): Promise<void>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

const TOKEN = 'a-token-of-the-tests-and-of-nobody-else';
const START_TIMEOUT_MS = 30_000;

/** Also tells the routes of this process where the runner is. It is not started yet. */
export async function testRunner(api: TestApi): Promise<TestRunner> {
  const url = `http://127.0.0.1:${await freePort()}`;
  process.env.SLUICE_RUNNER_URL = url;
  process.env.SLUICE_RUNNER_TOKEN = TOKEN;
  let child: ChildProcess | undefined;
  const kill = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  afterAll(kill);
  return {
    kill,
    async start() {
      child = spawn(process.execPath, [path.join(import.meta.dirname, '../../runner/main.ts')], {
        env: {
          ...process.env,
          SUPABASE_SERVICE_ROLE_KEY: api.supabase.serviceRoleKey,
          SLUICE_RUNNER_ID: 'runner-of-the-tests',
          SLUICE_MEMORY_MB: '1000',
        },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const said: string[] = [];
      child.stderr?.on('data', (data: Buffer) => said.push(data.toString()));
      await answers(url, child, () => said.join(''));
    },
  };
}

async function answers(url: string, child: ChildProcess, said: () => string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const response = await fetch(`${url}/call/health`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: '{}',
    }).catch(() => null);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the runner did not start: ${said()}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

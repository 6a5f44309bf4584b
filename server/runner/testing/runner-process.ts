import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runnerClient, type RunnerClient } from '../channel-client.ts';

const MAIN = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'main.ts');
const TOKEN = 'a-token-that-only-this-test-run-knows';

export interface RunnerProcess {
  client: RunnerClient;
  url: string;
  token: string;
  /** What it has said on standard error. */
  said: () => string;
  /** Ends it as the supervisor does; answers its exit code. */
  stop(): Promise<number | null>;
  /** Resolves with its exit code when it ends by itself. */
  ended: Promise<number | null>;
  /** As if the machine had failed. */
  kill(): Promise<void>;
}

/** A real runner process with a database and a data directory of the test's. Resolves when it answers. */
export async function startRunnerProcess(options: {
  dataDirectory: string;
  supabase: { url: string; anonKey: string; serviceRoleKey: string };
  /** Taken again by one that follows a killed one. */
  port?: number;
  env?: Record<string, string>;
}): Promise<RunnerProcess> {
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [MAIN], {
    env: {
      NODE_ENV: 'test',
      PATH: process.env.PATH,
      SUPABASE_URL: options.supabase.url,
      SUPABASE_ANON_KEY: options.supabase.anonKey,
      SUPABASE_SERVICE_ROLE_KEY: options.supabase.serviceRoleKey,
      SLUICE_RUNNER_URL: url,
      SLUICE_RUNNER_TOKEN: TOKEN,
      SLUICE_RUNNER_ID: 'runner-under-test',
      SLUICE_DATA_DIR: options.dataDirectory,
      ...options.env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const client = runnerClient({ url, token: TOKEN });
  await answers(client, child, () => said);
  return {
    client,
    url,
    token: TOKEN,
    said: () => said,
    stop: () => end(child, 'SIGTERM'),
    ended: new Promise((resolve) => child.once('exit', resolve)),
    kill: async () => {
      await end(child, 'SIGKILL');
    },
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
  return child.exitCode;
}

async function answers(client: RunnerClient, child: ChildProcess, said: () => string): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (child.exitCode !== null) break;
    try {
      await client.call('health', {});
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  child.kill('SIGKILL');
  throw new Error(`The runner did not start: ${said()}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

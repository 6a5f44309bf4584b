import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inRoot, pinnedNode, root } from '../../server/setup/paths.mjs';

/** A fresh embedded database takes seconds; a loaded two-core machine several times as long. */
const START_TIMEOUT_MS = 120_000;
/** The supervisor drains runs and stops PostgreSQL; past this it hangs. */
const STOP_TIMEOUT_MS = 30_000;

const SIGN_IN_LINK = /https?:\/\/\S+\/sign-in\/link\?token=[\w-]+/;

/** A whole Sluice, as `npm start` gives it, over a data directory of its own. */
export interface RunningSluice {
  url: string;
  dataDir: string;
  /** Works once. */
  signInLink: string;
  /** All that it has printed. */
  output(): string;
  /** As a crash would end it: no draining, no goodbye. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** Where a server keeps its data, outside the project; PostgreSQL's own user must be able to pass through. */
export async function makeDataDir(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sluice-e2e-'));
  await chmod(folder, 0o711);
  return folder;
}

/**
 * Starts the real supervisor on a free port.
 * @throws with everything that it printed, when it ends or stays silent instead of printing a sign-in link
 */
export async function startSluice(dataDir: string): Promise<RunningSluice> {
  const port = await freePort();
  const child = spawn(pinnedNode, [inRoot('server/supervisor/main.ts')], {
    cwd: root,
    env: { ...process.env, PORT: String(port), SLUICE_DATA_DIR: dataDir, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const read = (text: string) => (output += text);
  child.stdout.setEncoding('utf8').on('data', read);
  child.stderr.setEncoding('utf8').on('data', read);
  try {
    const signInLink = await untilPrinted(child, () => SIGN_IN_LINK.exec(output)?.[0]);
    return {
      url: new URL(signInLink).origin,
      dataDir,
      signInLink,
      output: () => output,
      kill: () => end(child, 'SIGKILL'),
      stop: () => end(child, 'SIGTERM'),
    };
  } catch (error) {
    await end(child, 'SIGTERM');
    throw new Error(`Sluice did not start: ${String(error)}\n${output}`, { cause: error });
  }
}

/** Removes what `makeDataDir` made. */
export async function removeDataDir(dataDir: string): Promise<void> {
  await rm(dataDir, { recursive: true, force: true });
}

async function untilPrinted(child: ChildProcess, find: () => string | undefined): Promise<string> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const found = find();
    if (found !== undefined) return found;
    if (child.exitCode !== null) throw new Error(`it ended with exit code ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no sign-in link within ${START_TIMEOUT_MS / 1000} s`);
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await closed;
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the system has no free port');
  return address.port;
}

import { spawn, type ChildProcess } from 'node:child_process';
import { setPriority } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { PROJECT_ROOT } from '../data-directory.ts';
import { ended, processIdentity, signal, type ProcessIdentity } from '../process-identity.ts';
import { openLogFile } from './log-file.ts';

export interface ChildOptions {
  readonly name: string;
  /** Arguments to this same Node: the script, then its own. */
  readonly command: readonly string[];
  /** All that the process gets; nothing is inherited. */
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  /** How far it steps back when others want the processor (0, not at all, to 19). */
  readonly niceness?: number;
  /** Where its lines go, besides the file. */
  readonly print: (line: string) => void;
  /** Told of each start and end, to keep the record of what runs. */
  readonly changed: () => void;
}

/** A process that is started again when it ends by itself. */
export interface Child {
  readonly name: string;
  /** Undefined between an end and the next start. */
  running(): ProcessIdentity | undefined;
  /** Asks it to finish what it does and end; past the time it is ended. */
  stop(timeoutMs: number): Promise<void>;
}

const FIRST_PAUSE_MS = 500;
// A process that cannot start is tried this often for ever: whoever mends the cause need not restart everything.
const LONGEST_PAUSE_MS = 30_000;
// One that ran so long did start; its next end is a new trouble, not the same loop.
const HEALTHY_AFTER_MS = 60_000;

/** Starts a child and keeps it running, with growing pauses while it crashes at once. */
export function superviseChild(options: ChildOptions): Child {
  const log = openLogFile(options.logFile);
  const say = (line: string) => {
    log.write(`${new Date().toISOString()} ${line}\n`);
    options.print(`[${options.name}] ${line}`);
  };
  let current: { process: ChildProcess; identity: ProcessIdentity | undefined } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;
  let pauseMs = FIRST_PAUSE_MS;

  const start = () => {
    const startedAt = Date.now();
    const child = launch(options);
    current = { process: child, identity: child.pid === undefined ? undefined : processIdentity(child.pid) };
    readLines(child.stdout, say);
    readLines(child.stderr, say);
    child.once('error', (error) => say(`could not be started: ${error.message}`));
    child.once('close', (code, by) => {
      current = undefined;
      if (!stopping) {
        if (Date.now() - startedAt > HEALTHY_AFTER_MS) pauseMs = FIRST_PAUSE_MS;
        say(`ended (${by ?? `code ${code}`}); starting again in ${pauseMs / 1000} s`);
        timer = setTimeout(start, pauseMs);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
      options.changed();
    });
    options.changed();
  };
  start();

  return {
    name: options.name,
    running: () => current?.identity,
    async stop(timeoutMs) {
      stopping = true;
      clearTimeout(timer);
      const identity = current?.identity;
      if (identity) await endGroup(identity, timeoutMs);
      log.close();
    },
  };
}

function launch(options: ChildOptions): ChildProcess {
  const preload = path.join(import.meta.dirname, 'end-with-parent.mjs');
  const child = spawn(process.execPath, ['--import', preload, ...options.command], {
    cwd: PROJECT_ROOT,
    env: { ...options.env, SLUICE_SUPERVISOR_PID: String(process.pid) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A group of its own: Ctrl-C reaches the supervisor alone, and a child's children end with it.
    detached: true,
  });
  // At once: threads that it starts later have the niceness of the one that starts them.
  if (child.pid !== undefined && options.niceness !== undefined) setPriority(child.pid, options.niceness);
  return child;
}

function readLines(stream: Readable | null, say: (line: string) => void): void {
  if (stream) createInterface({ input: stream }).on('line', say);
}

/** Ends a process and whatever it has started: politely, then not. */
export async function endGroup(leader: ProcessIdentity, timeoutMs: number): Promise<void> {
  signal(leader.pid, 'SIGTERM');
  await ended(leader, timeoutMs);
  // The leader, if it hangs, and anything that it left behind.
  signal(-leader.pid, 'SIGKILL');
  await ended(leader, 5000);
}

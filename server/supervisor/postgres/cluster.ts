import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import postgres from 'postgres';
import { AppError } from '#lib/errors/app-error.ts';
import { freePort } from '../free-port.ts';
import { ended, processIdentity, signal, type ProcessIdentity } from '../process-identity.ts';
import { postgresBinaries, type PostgresBinaries } from './binaries.ts';
import { checkFormat, clusterPlace, createCluster, postgresEnvironment } from './cluster-files.ts';
import { unprivilegedIdentity, type Identity } from './identity.ts';
import { livePostmaster } from './postmaster.ts';

export interface ClusterOptions {
  /** Where the cluster lies or shall lie; its parent exists. */
  readonly directory: string;
  readonly password: string;
  readonly logFile: string;
  /** The port of last time, taken again if it is free. */
  readonly wishedPort?: number | undefined;
  /** False only for throw-away databases: nothing is forced to disk. */
  readonly durable?: boolean | undefined;
}

/** A running PostgreSQL server, on loopback only. */
export interface Cluster {
  /** Connects as the superuser: it stays inside the supervisor. */
  readonly url: string;
  readonly port: number;
  readonly process: ProcessIdentity;
  /** It was running already: an earlier supervisor was killed and its server lived on. */
  readonly adopted: boolean;
  /** Ends every connection and shuts down cleanly. */
  stop(): Promise<void>;
}

// A start after a crash replays the log first; on a slow disk that takes a while, and giving up would look like loss.
const START_TIMEOUT_MS = 60_000;
// A fast shutdown writes a checkpoint; past this it is cut short, and the next start recovers.
const STOP_TIMEOUT_MS = 20_000;
// Logs of PostgreSQL hold warnings and worse only; past this the file is begun anew at the next start.
const LOG_LIMIT_BYTES = 5_000_000;

/**
 * Starts the server over the cluster in `directory`, making the cluster first if there is none, or takes over the
 * server that already holds it.
 * @throws AppError `postgres-not-available`, `postgres-start-failed`, `database-needs-upgrade`, `secrets-do-not-fit`
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const identity = unprivilegedIdentity();
  const binaries = postgresBinaries(identity);
  const place = clusterPlace(options.directory, identity);
  const running = livePostmaster(place);
  if (running) {
    const url = urlOf(options.password, running.port);
    // It may be starting or stopping just now; what never answers is not ours, and the start below says so.
    if (
      await within(
        5000,
        () => answers(url, place),
        () => livePostmaster(place) === undefined,
      )
    ) {
      return clusterOf(url, running.port, running.process, true);
    }
  }
  createCluster(
    { place, password: options.password, durable: options.durable !== false },
    binaries,
    identity,
  );
  checkFormat(place, binaries);
  return launch({ ...options, place }, binaries, identity);
}

function clusterOf(url: string, port: number, server: ProcessIdentity, adopted: boolean): Cluster {
  return {
    url,
    port,
    process: server,
    adopted,
    async stop() {
      signal(server.pid, 'SIGINT');
      if (await ended(server, STOP_TIMEOUT_MS)) return;
      signal(server.pid, 'SIGQUIT');
      await ended(server, STOP_TIMEOUT_MS);
    },
  };
}

function urlOf(password: string, port: number): string {
  return `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
}

/** Whether the server there is ours: it takes our password and serves our directory. */
async function answers(url: string, place: string): Promise<boolean> {
  const sql = postgres(url, { max: 1, connect_timeout: 2, onnotice: () => undefined });
  try {
    const [row] = await sql<{ directory: string }[]>`select current_setting('data_directory') as directory`;
    return row?.directory === place;
  } catch (error) {
    if ((error as { code?: string }).code === '28P01') {
      throw new AppError('secrets-do-not-fit', `The database in ${place} was made with another password.`, {
        hint: 'Put back the secrets.json that belongs to it, or move the database away to begin with a new one.',
        cause: error,
      });
    }
    // Not up (yet), or not ours: the caller tries again, or starts its own.
    return false;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Asks until the answer is yes, the time is over, or there is nothing left to wait for. */
async function within(
  timeoutMs: number,
  ask: () => Promise<boolean>,
  hopeless: () => boolean,
): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (!(await ask())) {
    if (hopeless() || Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  return true;
}

async function launch(
  options: ClusterOptions & { place: string },
  binaries: PostgresBinaries,
  identity: Identity | undefined,
): Promise<Cluster> {
  const port = await freePort(options.wishedPort);
  const size = statSync(options.logFile, { throwIfNoEntry: false })?.size ?? 0;
  // A file, not a pipe: the server outlives a killed supervisor, and a broken pipe would take it along.
  const log = openSync(options.logFile, size > LOG_LIMIT_BYTES ? 'w' : 'a', 0o600);
  const child = spawn(binaries.postgres, ['-D', options.place, '-p', String(port), ...settings(options)], {
    ...identity,
    cwd: path.dirname(binaries.postgres),
    env: postgresEnvironment(),
    stdio: ['ignore', log, log],
    // A group of its own: Ctrl-C in the terminal reaches the supervisor, which stops the database last.
    detached: true,
  });
  closeSync(log);
  child.unref();
  let failure: string | undefined;
  child.once('error', (error) => (failure = error.message));
  child.once('exit', (code) => (failure ??= `it ended with code ${code}`));
  const url = urlOf(options.password, port);
  const stopAgain = () => child.pid !== undefined && signal(child.pid, 'SIGINT');
  const up = await within(
    START_TIMEOUT_MS,
    () => answers(url, options.place),
    () => failure !== undefined,
  ).catch((error: unknown) => {
    stopAgain();
    throw error;
  });
  const server = processIdentity(child.pid ?? 0);
  if (up && server) return clusterOf(url, port, server, false);
  stopAgain();
  const tail = readFileSync(options.logFile, 'utf8').slice(-1500).trim();
  throw new AppError(
    'postgres-start-failed',
    `The database did not start: ${failure ?? 'it gave no answer'}.\n${tail}`,
    {
      kind: 'transient',
      hint: `The whole log is ${options.logFile}.`,
    },
  );
}

function settings(options: ClusterOptions): string[] {
  const values: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 60,
    shared_buffers: '64MB',
    timezone: 'UTC',
    jit: 'off',
    log_checkpoints: 'off',
    log_min_messages: 'warning',
    // A refused row is an answer to its sender, not news; its statement may hold people's data.
    log_min_error_statement: 'panic',
    ...(options.durable === false
      ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
      : {}),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

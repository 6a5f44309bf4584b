import { existsSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '#lib/errors/app-error.ts';
import { seedFirstWorkspace } from '#server/usecases/seed-workspace.ts';
import { supabaseServiceAddress, type SupabaseServiceAddress } from '#server/supabase/environment.ts';
import { checkBind } from './bind.ts';
import { superviseChild, type Child } from './children/child.ts';
import { runnerEnvironment, webEnvironment, type ChildSettings } from './children/environment.ts';
import { createDataDirectory, dataDirectory, PROJECT_ROOT, type DataDirectory } from './data-directory.ts';
import { startEmbeddedSupabase, type EmbeddedSupabase } from './embedded-supabase.ts';
import { freePort } from './free-port.ts';
import { processIdentity } from './process-identity.ts';
import { loadSecrets } from './secrets.ts';
import { ownerSession } from './sign-in-route.ts';
import { becomeSupervisor, endOrphans, readState, writeState } from './state.ts';

export interface SupervisorOptions {
  readonly dev: boolean;
  readonly host: string;
  readonly port: number;
  readonly print: (line: string) => void;
}

/** All of Sluice on this machine, running. */
export interface Supervisor {
  readonly origin: string;
  readonly directory: DataDirectory;
  /** Undefined with a Supabase project of the user's own. */
  readonly embedded: EmbeddedSupabase | undefined;
  readonly supabaseUrl: string;
  /** Whether the app answers; false when it has not within the time. */
  readonly ready: Promise<boolean>;
  /** Children first, then the gateway, the database last. Resolves when nothing is left. */
  stop(): Promise<void>;
}

// The runner lets its runs come to an end, then interrupts them and writes down what is left; it needs less than this.
const CHILD_STOP_TIMEOUT_MS = 26_000;
const WEB_READY_TIMEOUT_MS = 90_000;

/**
 * Starts whatever this machine needs: the embedded Supabase (unless `SUPABASE_URL` names a project), the runner, the
 * web server.
 * @throws AppError; nothing is left running then.
 */
export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const directory = dataDirectory();
  createDataDirectory(directory);
  const giveUp = becomeSupervisor(directory);
  let embedded: EmbeddedSupabase | undefined;
  try {
    const before = readState(directory);
    const orphans = await endOrphans(before);
    await checkPort(options.port);
    if (orphans > 0) options.print(`Ended ${orphans} left over from a start that was killed.`);
    const secrets = await loadSecrets(directory.secretsFile);
    embedded = process.env.SUPABASE_URL
      ? undefined
      : await startEmbeddedSupabase({ dataDir: directory.root, wishedPorts: before.ports });
    const supabase = embedded ? addressOf(embedded) : supabaseServiceAddress();
    await checkBind(options.host, embedded);
    if (embedded) await seedOwner(embedded);
    const runnerPort = await freePort(before.ports.runner);
    const settings: ChildSettings = {
      directory,
      supabase,
      embedded: embedded !== undefined,
      runner: { url: `http://127.0.0.1:${runnerPort}`, token: secrets.runnerToken, id: secrets.runnerId },
      web: { origin: originOf(options), host: options.host, port: options.port },
      dev: options.dev,
    };
    return run(settings, embedded, options, giveUp);
  } catch (error) {
    await embedded?.stop();
    giveUp();
    throw error;
  }
}

/** Told at once, where the web server would only end again and again. */
async function checkPort(port: number): Promise<void> {
  if ((await freePort(port)) === port) return;
  throw new AppError('port-in-use', `Another program uses port ${port}.`, {
    hint: `Stop it, or choose another: npm start -- --port ${port + 1}`,
  });
}

function addressOf(embedded: EmbeddedSupabase): SupabaseServiceAddress {
  const { anonKey, serviceRoleKey } = embedded.secrets;
  return { url: embedded.url, anonKey, serviceRoleKey };
}

/** Gives the owner's first workspace the examples, once. Not any more when the owner signs in by a password of theirs. */
async function seedOwner({ url, secrets, directory, migrated }: EmbeddedSupabase): Promise<void> {
  // Signing in takes its time; a start after the first one has nothing to seed.
  if (migrated.length === 0 && existsSync(path.join(directory.root, 'files'))) return;
  const session = await ownerSession(url, secrets);
  if (!session) return;
  await seedFirstWorkspace({
    supabase: { url, anonKey: secrets.anonKey },
    accessToken: session.access_token,
    examplesDir: path.join(PROJECT_ROOT, 'examples'),
    dataDir: directory.root,
  });
}

function originOf({ host, port }: SupervisorOptions): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

function run(
  settings: ChildSettings,
  embedded: EmbeddedSupabase | undefined,
  options: SupervisorOptions,
  giveUp: () => void,
): Supervisor {
  const { directory } = settings;
  const children: Child[] = [];
  const gatewayPort = embedded ? Number(new URL(embedded.url).port) : undefined;
  const changed = () =>
    writeState(directory, {
      supervisor: processIdentity(process.pid),
      children: children.flatMap((child) => child.running() ?? []),
      ports: {
        ...readState(directory).ports,
        ...(embedded ? { postgres: embedded.cluster.port, gateway: gatewayPort } : {}),
        runner: Number(new URL(settings.runner.url).port),
      },
      origin: settings.web.origin,
    });
  for (const start of [runnerChild, webChild]) {
    const child = start(settings, { print: options.print, changed });
    if (child) children.push(child);
  }
  changed();
  return {
    origin: settings.web.origin,
    directory,
    embedded,
    supabaseUrl: settings.supabase.url,
    ready: answersWithin(settings.web.origin, WEB_READY_TIMEOUT_MS),
    async stop() {
      await Promise.all(children.map((child) => child.stop(CHILD_STOP_TIMEOUT_MS)));
      changed();
      await embedded?.stop();
      giveUp();
    },
  };
}

interface ChildListeners {
  readonly print: (line: string) => void;
  readonly changed: () => void;
}

function runnerChild(settings: ChildSettings, listeners: ChildListeners): Child | undefined {
  const script = path.join(PROJECT_ROOT, 'server', 'runner', 'main.ts');
  if (!existsSync(script)) {
    listeners.print('[runner] server/runner/main.ts is not there: pipelines can be drawn, not run.');
    return undefined;
  }
  return superviseChild({
    name: 'runner',
    command: [script],
    env: runnerEnvironment(settings),
    logFile: path.join(settings.directory.logs, 'runner.log'),
    // Queries take all the processors there are; pages and the database come first.
    niceness: 10,
    ...listeners,
  });
}

function webChild(settings: ChildSettings, listeners: ChildListeners): Child | undefined {
  const { host, port } = settings.web;
  const next = path.join(PROJECT_ROOT, 'node_modules', 'next', 'dist', 'bin', 'next');
  return superviseChild({
    name: 'web',
    command: [next, settings.dev ? 'dev' : 'start', '--port', String(port), '--hostname', host],
    env: webEnvironment(settings),
    logFile: path.join(settings.directory.logs, 'web.log'),
    ...listeners,
  });
}

async function answersWithin(origin: string, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    try {
      await fetch(origin, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(10_000) });
      return true;
    } catch {
      // Not listening yet.
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return false;
}

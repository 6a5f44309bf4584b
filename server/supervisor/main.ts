/**
 * `node server/supervisor/main.ts [--dev] [--port N] [--host ADDRESS]`: starts Sluice and stays until it is told to
 * end (SIGTERM, SIGINT). `PORT` and `SLUICE_HOST` serve where the options are not given.
 */
import path from 'node:path';
import { parseArgs, format } from 'node:util';
import { toAppError } from '#lib/errors/app-error.ts';
import { openLogFile } from './children/log-file.ts';
import { createDataDirectory, dataDirectory } from './data-directory.ts';
import { createSignInLink } from './sign-in-link.ts';
import { startSupervisor, type Supervisor } from './supervisor.ts';

const DEFAULT_PORT = 4400;
const print = (line: string) => void process.stdout.write(`${line}\n`);

const { values } = parseArgs({
  options: { dev: { type: 'boolean', default: false }, port: { type: 'string' }, host: { type: 'string' } },
});

function chosenPort(): number {
  const port = Number(values.port ?? process.env.PORT ?? DEFAULT_PORT);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  print(`"${values.port ?? process.env.PORT}" is not a port.`);
  process.exit(2);
}

/** What the libraries of the gateway have to say (each refused query, with a stack) goes to a file of its own. */
function keepLibrariesQuiet(): void {
  const directory = dataDirectory();
  createDataDirectory(directory);
  const file = openLogFile(path.join(directory.logs, 'gateway.log'));
  const write = (...parts: unknown[]) => file.write(`${new Date().toISOString()} ${format(...parts)}\n`);
  console.error = write;
  console.warn = write;
  console.log = write;
}

function summary(supervisor: Supervisor, startedAt: number): string[] {
  const { embedded, origin, directory } = supervisor;
  const lines = [
    '',
    `  Sluice is running at ${origin}  (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`,
    `  Data       ${directory.root}`,
    `  Database   ${embedded ? databaseLine(embedded) : supervisor.supabaseUrl}`,
  ];
  return embedded
    ? [
        ...lines,
        '',
        `  Sign in    ${createSignInLink(directory.root)}`,
        '             once, within the hour; `npx sluice link` makes another',
        '',
      ]
    : [...lines, ''];
}

function databaseLine({ cluster, migrated }: NonNullable<Supervisor['embedded']>): string {
  const news = [
    ...(cluster.adopted ? ['was still running'] : []),
    ...(migrated.length > 0 ? [`${migrated.length} migration${migrated.length === 1 ? '' : 's'} ran`] : []),
  ];
  return `embedded PostgreSQL${news.length > 0 ? ` (${news.join(', ')})` : ''}`;
}

async function main(): Promise<void> {
  const startedAt = performance.now();
  const port = chosenPort();
  keepLibrariesQuiet();
  const starting = startSupervisor({
    dev: values.dev,
    host: values.host ?? process.env.SLUICE_HOST ?? '127.0.0.1',
    port,
    print,
  });
  const ending = endOnSignal(starting);
  surviveLostConnections(starting);
  const supervisor = await starting;
  const databaseMs = Math.round(performance.now() - startedAt);
  print(`Database ready in ${databaseMs} ms; starting the app …`);
  const ready = await supervisor.ready;
  if (ending.begun) return;
  if (!ready) print('The app has not answered yet; its messages above say why.');
  for (const line of summary(supervisor, startedAt)) print(line);
}

/** Heeds signals from the first moment: a start that is broken off must not leave a database running. */
function endOnSignal(starting: Promise<Supervisor>): { readonly begun: boolean } {
  const ending = { begun: false };
  const end = async () => {
    // A second Ctrl-C changes nothing: ending takes seconds at most, and half an end would leave processes behind.
    if (ending.begun) return;
    ending.begun = true;
    print('Stopping …');
    const supervisor = await starting.catch(fail);
    await supervisor.stop().catch(fail);
    process.exit(0);
  };
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => void end());
  return ending;
}

/**
 * When the database ends its connections (it was short of memory and restarted itself), the driver writes once more to
 * one that is gone and throws where nobody can catch it. That must not take everything down: the gateway connects anew.
 */
function surviveLostConnections(starting: Promise<Supervisor>): void {
  process.on('uncaughtException', (error) => {
    if (!/node_modules[\\/]postgres[\\/]/.test(error.stack ?? '')) fail(error);
    console.error('a connection to the database was lost:', error);
    void starting.then(({ embedded }) => embedded?.renew()).catch(fail);
  });
}

function fail(thrown: unknown): never {
  const error = toAppError(thrown);
  print(`Sluice has to stop: ${error.message}${error.hint ? `\n${error.hint}` : ''}`);
  if (error.kind === 'bug' && error.stack) print(error.stack);
  process.exit(error.code === 'already-running' ? 3 : 1);
}

await main().catch(fail);

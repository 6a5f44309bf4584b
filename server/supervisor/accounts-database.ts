import { existsSync } from 'node:fs';
import postgres from 'postgres';
import { AppError } from '#lib/errors/app-error.ts';
import type { AccountsDatabase } from './accounts.ts';
import { dataDirectory, type DataDirectory } from './data-directory.ts';
import { startEmbeddedSupabase } from './embedded-supabase.ts';
import { gatewayConnection } from './gateway-connection.ts';
import { supabaseApp } from './gateway.ts';
import { startCluster } from './postgres/cluster.ts';
import { loadSecrets } from './secrets.ts';
import { becomeSupervisor, readState } from './state.ts';

/**
 * Lets `work` at the accounts of the embedded database, whether Sluice is running or not: where it is not, the database
 * is started for as long as that takes.
 * @throws AppError `no-sluice-yet`, `accounts-elsewhere`
 */
export async function withAccounts<T>(work: (database: AccountsDatabase) => Promise<T>): Promise<T> {
  if (process.env.SUPABASE_URL) {
    throw new AppError('accounts-elsewhere', 'This Sluice uses a Supabase project.', {
      hint: 'Make accounts in the dashboard of the project.',
    });
  }
  const directory = dataDirectory();
  if (!existsSync(directory.secretsFile)) {
    throw new AppError('no-sluice-yet', `There is no Sluice in ${directory.root} yet.`, {
      hint: 'Start it first, with `npm start`.',
    });
  }
  const database = await openDatabase(directory);
  const secrets = await loadSecrets(directory.secretsFile);
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  const connection = gatewayConnection(database.url);
  try {
    return await work({ sql, app: supabaseApp(connection, secrets, true), secrets });
  } finally {
    await connection.close();
    await sql.end({ timeout: 2 });
    await database.close();
  }
}

async function openDatabase(directory: DataDirectory): Promise<{ url: string; close: () => Promise<void> }> {
  const giveUp = tryToBecomeSupervisor(directory);
  if (!giveUp) {
    const { databasePassword } = await loadSecrets(directory.secretsFile);
    // It is running, so that this finds it and starts nothing.
    const running = await startCluster({
      directory: directory.postgres,
      password: databasePassword,
      logFile: `${directory.logs}/postgres.log`,
    });
    return { url: running.url, close: () => Promise.resolve() };
  }
  try {
    const supabase = await startEmbeddedSupabase({ wishedPorts: readState(directory).ports });
    return {
      url: supabase.cluster.url,
      close: async () => {
        await supabase.stop();
        giveUp();
      },
    };
  } catch (error) {
    giveUp();
    throw error;
  }
}

function tryToBecomeSupervisor(directory: DataDirectory): (() => void) | undefined {
  try {
    return becomeSupervisor(directory);
  } catch (error) {
    if (error instanceof AppError && error.code === 'already-running') return undefined;
    throw error;
  }
}

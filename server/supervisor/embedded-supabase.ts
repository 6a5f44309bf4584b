import { readFileSync } from 'node:fs';
import path from 'node:path';
import postgres from 'postgres';
import { ensureOwner } from './accounts.ts';
import { createDataDirectory, dataDirectory, type DataDirectory } from './data-directory.ts';
import { freePort } from './free-port.ts';
import { gatewayConnection } from './gateway-connection.ts';
import { startGateway, supabaseApp, type Gateway } from './gateway.ts';
import { migrate } from './migrations.ts';
import { startCluster, type Cluster } from './postgres/cluster.ts';
import { keepUp } from './postgres/keep-up.ts';
import { loadSecrets, type Secrets } from './secrets.ts';
import { ownerSessionRoute } from './owner-session-route.ts';
import { signInRoute } from './sign-in-route.ts';

export interface EmbeddedSupabaseOptions {
  /** As `SLUICE_DATA_DIR`. */
  readonly dataDir?: string | undefined;
  /** Ports of last time, taken again where they are free, so that long-lived clients find the way back. */
  readonly wishedPorts?: { postgres?: number | undefined; gateway?: number | undefined };
  /** False only for throw-away databases in tests. */
  readonly durable?: boolean;
}

/** A whole Supabase on this machine: PostgreSQL, its schema, and the gateway before it. */
export interface EmbeddedSupabase {
  readonly url: string;
  readonly secrets: Secrets;
  readonly directory: DataDirectory;
  readonly cluster: Cluster;
  /** Migrations that ran at this start. */
  readonly migrated: readonly string[];
  /** Connects the gateway to the database anew. */
  renew(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the embedded Supabase over a data directory, making everything that is missing: secrets, cluster, schema,
 * the owner's account and a first workspace. Fresh 1–2 s, warm well below one.
 * @throws AppError of the data directory, secrets, cluster and migrations; what had started is stopped again.
 */
export async function startEmbeddedSupabase(
  options: EmbeddedSupabaseOptions = {},
): Promise<EmbeddedSupabase> {
  // Read by the gateway's library as it loads.
  process.env.LITE_TELEMETRY = '0';
  const directory = dataDirectory(options.dataDir);
  createDataDirectory(directory);
  const secrets = await loadSecrets(directory.secretsFile);
  const clusterOptions = {
    directory: directory.postgres,
    password: secrets.databasePassword,
    logFile: path.join(directory.logs, 'postgres.log'),
    durable: options.durable,
  };
  const cluster = await startCluster({ ...clusterOptions, wishedPort: options.wishedPorts?.postgres });
  try {
    const migrated = await prepareDatabase(cluster.url, secrets);
    const gateway = await openGateway(cluster.url, secrets, options);
    const watch = keepUp(
      cluster,
      (port) => startCluster({ ...clusterOptions, wishedPort: port }),
      () => gateway.renew(),
    );
    return {
      url: gateway.url,
      renew: () => gateway.renew(),
      secrets,
      directory,
      cluster,
      migrated,
      async stop() {
        const server = await watch.end();
        await gateway.stop();
        await server.stop();
      },
    };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** Brings a running database to the state that a hosted project has after `supabase/migrations`. */
async function prepareDatabase(databaseUrl: string, secrets: Secrets): Promise<string[]> {
  const sql = postgres(databaseUrl, { max: 2, onnotice: () => undefined });
  const connection = gatewayConnection(databaseUrl);
  try {
    const app = supabaseApp(connection, secrets, true);
    await app.ensureSystemSchema();
    await sql.unsafe(readFileSync(path.join(import.meta.dirname, 'bootstrap.sql'), 'utf8')).simple();
    const migrated = await migrate(sql);
    await ensureOwner(sql, app, secrets);
    return migrated;
  } finally {
    await connection.close();
    await sql.end({ timeout: 2 });
  }
}

async function openGateway(
  databaseUrl: string,
  secrets: Secrets,
  options: EmbeddedSupabaseOptions,
): Promise<Gateway> {
  const directory = dataDirectory(options.dataDir);
  const opened: { gateway?: Gateway } = {};
  const gatewayUrl = () => opened.gateway?.url ?? '';
  const signIn = signInRoute({ dataDir: directory.root, secrets, gatewayUrl });
  opened.gateway = await startGateway({
    databaseUrl,
    secrets,
    wishedPort: await freePort(options.wishedPorts?.gateway),
    ownRoutes: (request) =>
      new URL(request.url).pathname === '/sluice/owner-session'
        ? ownerSessionRoute(request, gatewayUrl(), secrets)
        : signIn(request),
  });
  return opened.gateway;
}

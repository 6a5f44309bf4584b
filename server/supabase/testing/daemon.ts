/**
 * Holds the throw-away database of one test run: started by the first test that asks, ended when the test runner's
 * process is gone, whatever way it went. Arguments: the directory to work in, the process id to live with.
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { startEmbeddedSupabase } from '#server/supervisor/embedded-supabase.ts';
import { isRunning, processIdentity } from '#server/supervisor/process-identity.ts';
import { writePrivateFile } from '#server/supervisor/secrets.ts';

const [directory = '', companion = ''] = process.argv.slice(2);
const runner = processIdentity(Number(companion));
// The gateway prints each refused query, and tests provoke refusals by the hundred.
console.error = () => undefined;

const supabase = await startEmbeddedSupabase({ dataDir: path.join(directory, 'data'), durable: false });
writePrivateFile(
  path.join(directory, 'ready.json'),
  JSON.stringify({ url: supabase.url, databaseUrl: supabase.cluster.url, secrets: supabase.secrets }),
);

async function end(): Promise<void> {
  clearInterval(watch);
  await supabase.stop();
  rmSync(directory, { recursive: true, force: true });
  process.exit(0);
}
const watch = setInterval(() => {
  if (!runner || !isRunning(runner)) void end();
}, 500);
process.once('SIGTERM', () => void end());

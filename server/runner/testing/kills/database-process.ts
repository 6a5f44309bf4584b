/**
 * The embedded Supabase in a process of its own, as the supervisor runs it: started with a data directory and a file
 * to tell its address in, ended by SIGTERM, or when the process that started it closes its standard input.
 */
import { startEmbeddedSupabase } from '#server/supervisor/embedded-supabase.ts';
import { writePrivateFile } from '#server/supervisor/secrets.ts';

const [dataDir = '', ready = ''] = process.argv.slice(2);
// The gateway tells of each query that a killed database did not answer.
console.error = () => undefined;
const supabase = await startEmbeddedSupabase({ dataDir });
// The driver writes once more to a connection that is gone, and throws where nobody can catch it.
process.on('uncaughtException', (error) => {
  if (!/node_modules[\\/]postgres[\\/]/.test(error.stack ?? '')) throw error;
  void supabase.renew();
});
writePrivateFile(ready, JSON.stringify({ url: supabase.url, secrets: supabase.secrets }));

let isEnding = false;
const end = async (): Promise<void> => {
  if (isEnding) return;
  isEnding = true;
  await supabase.stop();
  process.exit(0);
};
process.once('SIGTERM', () => void end());
process.stdin.once('close', () => void end()).resume();

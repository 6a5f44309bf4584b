// `npm start` and `npm run dev`: set up what is missing, then hand the terminal to the supervisor.
import { existsSync } from 'node:fs';
import { ensureBuilt } from './build.mjs';
import { inRoot, pinnedNode, root } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { handOver } from './processes.mjs';
import { SetupError, runMain } from './report.mjs';

const SUPERVISOR = 'server/supervisor/main.ts';

await runMain(async () => {
  const options = process.argv.slice(2);
  await prepare();
  if (!options.includes('--dev')) await ensureBuilt();
  if (!existsSync(inRoot(SUPERVISOR))) {
    throw new SetupError(`${SUPERVISOR} is missing.`, 'Restore it with `git checkout server`.');
  }
  return handOver(pinnedNode, [inRoot(SUPERVISOR), ...options], { cwd: root });
});

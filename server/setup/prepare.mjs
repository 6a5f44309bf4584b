// Set-up: everything that start, dev, test and the command line need, in order. Also a command of its own.
import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './build.mjs';
import { ensureExampleData } from './example-data.mjs';
import { ensureInstalled } from './install.mjs';
import { inRoot, pinnedNode } from './paths.mjs';
import { runCommand } from './processes.mjs';
import { SetupError, runMain, say } from './report.mjs';

/** Installs what is missing and lays out the example data. Quick when all is there. */
export async function prepare() {
  await ensureInstalled();
  await ensureExampleData();
  await ensureCommandLink();
  await ensureSandbox();
}

/** What the sandbox of code nodes runs is bundled once, and again when it changed. */
async function ensureSandbox() {
  const { code, output } = await runCommand(pinnedNode, [inRoot('server/sandbox/bundle.mjs')]);
  if (code === 0) return;
  say(output.trimEnd());
  throw new SetupError('The sandbox for code nodes could not be built.', 'The lines above name the fault.');
}

/** npm does not link a project's own command, and `npx sluice` would then look for it in the registry. */
async function ensureCommandLink() {
  if (process.platform === 'win32') return;
  const linkPath = inRoot('node_modules/.bin/sluice');
  await mkdir(path.dirname(linkPath), { recursive: true });
  await symlink('../../server/cli/sluice.mjs', linkPath).catch((error) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(async () => {
    await prepare();
    if (process.argv.includes('--build')) await ensureBuilt();
    say('Set-up is complete.');
  });
}

// Builds the web app, only when its sources changed since the last build.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { inRoot, pinnedNode, root } from './paths.mjs';
import { runCommand } from './processes.mjs';
import { SetupError, say, step } from './report.mjs';
import { hashSources } from './stamp.mjs';

const STAMP = inRoot('.next/sources.sha256');

/** All that a build reads. */
const SOURCES = [
  'app',
  'components',
  'lib',
  'server',
  'public',
  'proxy.ts',
  'instrumentation.ts',
  'next.config.ts',
  'postcss.config.mjs',
  'tsconfig.json',
  'tsconfig.next.json',
  'package.json',
  'package-lock.json',
];

/** Makes `.next` match the sources. Takes about a minute when something changed, else an instant. */
export async function ensureBuilt() {
  const hash = await hashSources(root, SOURCES);
  if (hash === (await readFile(STAMP, 'utf8').catch(() => undefined))) return;
  await step('Building the app (only when it changed; about a minute)', async () => {
    await rm(STAMP, { force: true });
    const { code, output } = await runCommand(
      pinnedNode,
      [inRoot('node_modules/next/dist/bin/next'), 'build'],
      { env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' } },
    );
    if (code !== 0) {
      say(output.trimEnd());
      throw new SetupError('The app could not be built.', 'The lines above name the fault.');
    }
    await mkdir(inRoot('.next'), { recursive: true });
    await writeFile(STAMP, hash);
  });
}

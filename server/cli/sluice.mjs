#!/usr/bin/env node
// `npx sluice …`: runs the command line under the project's own Node 24, in the caller's folder.
import { prepare } from '../setup/prepare.mjs';
import { inRoot, pinnedNode } from '../setup/paths.mjs';
import { handOver } from '../setup/processes.mjs';
import { runMain } from '../setup/report.mjs';

await runMain(async () => {
  await prepare();
  // A statement has a thread of this pool for as long as it runs, and files need some too.
  const env = { UV_THREADPOOL_SIZE: '32', ...process.env };
  return handOver(pinnedNode, [inRoot('server/cli/main.ts'), ...process.argv.slice(2)], { env });
});

import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { CliKills, pipelineAt, randomFrom } from './testing/kills/cli-kills.ts';
import { ServerKills, type ServerTarget } from './testing/kills/server-kills.ts';

// Ten kills at random moments; `npm run soak` makes hundreds. Another seed each time: what fails tells its own.
// Longer than all that is waited for in one, so that what did not come is named.
vi.setConfig({ testTimeout: 300_000 });

const SEED = Date.now() % 1_000_000;
const random = randomFrom(SEED);
let folder: string;
let cli: CliKills;
let server: ServerKills;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sluice-kills-'));
  // The database's own user passes through.
  await chmod(folder, 0o711);
  cli = await CliKills.open(path.join(folder, 'cli'), 60_000);
  server = await ServerKills.open(path.join(folder, 'data'), cli);
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

// Two pipelines: each more is run twice more in peace. Folders are the hardest to swap, files the commonest.
const [files, folders] = [0, 2];

it.each([files, folders, folders])(
  `a killed command line run is carried on to the same end (seed ${SEED}, pipeline %i)`,
  async (index) => {
    expect((await cli.kill(pipelineAt(index), random)).troubles).toEqual([]);
  },
);

it.each<[ServerTarget, number]>([
  ['runner', files],
  ['PostgreSQL', folders],
  ['runner', folders],
  ['PostgreSQL', files],
  ['PostgreSQL', folders],
  ['runner', files],
  ['PostgreSQL', files],
])(
  `a run whose %s is killed is carried on to the same end (seed ${SEED}, pipeline %i)`,
  async (target, index) => {
    expect((await server.kill(target, pipelineAt(index), random)).troubles).toEqual([]);
  },
);

import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import path from 'node:path';
import { AppError } from '#lib/errors/app-error.ts';
import { createDataDirectory, dataDirectory, type DataDirectory } from './data-directory.ts';
import { clusterPlace } from './postgres/cluster-files.ts';
import { unprivilegedIdentity } from './postgres/identity.ts';
import { livePostmaster } from './postgres/postmaster.ts';
import { becomeSupervisor, readState, endOrphans } from './state.ts';

// Made anew by use, or true of one start only.
const NOT_KEPT = new Set(['postgres', 'staging', 'tmp', 'logs', 'supervisor.json', 'supervisor.json.lock']);

/**
 * Copies all that is durable of a data directory (database, secrets, files) to `target`, which must not exist or be
 * empty. Sluice must be stopped: the files of a running database are no whole.
 * @throws AppError `already-running`, `database-running`, `backup-target-not-empty`, `nothing-to-back-up`
 */
export async function backUp(target: string, dataDir?: string): Promise<void> {
  const directory = dataDirectory(dataDir);
  if (!existsSync(directory.secretsFile)) {
    throw new AppError('nothing-to-back-up', `There is no Sluice in ${directory.root}.`, {
      hint: 'Set SLUICE_DATA_DIR.',
    });
  }
  await whileStopped(directory, () => {
    refuseFull(target);
    mkdirSync(target, { recursive: true, mode: 0o700 });
    copyEntries(directory.root, target);
    if (existsSync(directory.postgres)) copy(realpathSync(directory.postgres), path.join(target, 'postgres'));
  });
}

/**
 * Puts a backup back as the data directory, which must hold no Sluice: move the old one away first.
 * @throws AppError as `backUp`, and `not-a-backup`
 */
export async function restore(source: string, dataDir?: string): Promise<void> {
  const directory = dataDirectory(dataDir);
  if (!existsSync(path.join(source, 'secrets.json'))) {
    throw new AppError('not-a-backup', `${source} is no backup of Sluice.`, {
      hint: 'Name the directory that `backup` made.',
    });
  }
  refuseFull(directory.root);
  createDataDirectory(directory);
  await whileStopped(directory, () => {
    copyEntries(source, directory.root);
    const identity = unprivilegedIdentity();
    const place = clusterPlace(directory.postgres, identity);
    copy(path.join(source, 'postgres'), place);
    // Copied directories get ordinary modes, and PostgreSQL insists on this one.
    chmodSync(place, 0o700);
    if (identity) {
      for (const entry of ['', ...readdirSync(place, { recursive: true, encoding: 'utf8' })]) {
        chownSync(path.join(place, entry), identity.uid, identity.gid);
      }
    }
  });
}

function refuseFull(target: string): void {
  if (!existsSync(target) || readdirSync(target).length === 0) return;
  throw new AppError('backup-target-not-empty', `${target} is not empty.`, {
    hint: 'Name a new directory, or move this one away.',
  });
}

/** Holds the place of the supervisor meanwhile, so that nobody starts. */
async function whileStopped(directory: DataDirectory, work: () => void): Promise<void> {
  const giveUp = becomeSupervisor(directory);
  try {
    await endOrphans(readState(directory));
    if (existsSync(directory.postgres) && livePostmaster(realpathSync(directory.postgres))) {
      throw new AppError(
        'database-running',
        'The database is still running: Sluice was killed, not stopped.',
        {
          hint: 'Start Sluice once more and stop it with Ctrl-C or SIGTERM.',
        },
      );
    }
    work();
  } finally {
    giveUp();
  }
}

function copyEntries(from: string, to: string): void {
  for (const entry of readdirSync(from)) {
    if (!NOT_KEPT.has(entry)) copy(path.join(from, entry), path.join(to, entry));
  }
}

function copy(from: string, to: string): void {
  // An unfinished copy of an earlier try would mix with this one.
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}

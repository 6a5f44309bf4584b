import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { AppError } from '#lib/errors/app-error.ts';
import type { PostgresBinaries } from './binaries.ts';
import { canReach, type Identity } from './identity.ts';
import { outsideDirectory } from './outside.ts';

/**
 * Where the cluster really lies. Mostly that is `directory` itself; where the database's user cannot get there (the
 * checkout is in root's home), the cluster has a place outside and `directory` is a link to it.
 */
export function clusterPlace(directory: string, identity: Identity | undefined): string {
  const found = lstatSync(directory, { throwIfNoEntry: false });
  if (found?.isSymbolicLink()) return readlinkSync(directory);
  if (found || canReach(path.dirname(directory), identity)) return directory;
  // A new name each time: a data directory that was deleted and made anew must not meet its former database.
  const home = path.join(outsideDirectory(), `cluster-${randomUUID()}`);
  mkdirSync(home, { mode: 0o711 });
  const place = path.join(home, 'postgres');
  symlinkSync(place, directory);
  return place;
}

/** Nothing of ours is passed on: the server needs no secret, and takes settings from variables of its own. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  return { NODE_ENV: 'production', PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
}

export interface NewCluster {
  readonly place: string;
  readonly password: string;
  readonly durable: boolean;
}

/** Makes a cluster unless there is one: beside its place, moved there when it is whole, so a kill leaves no half. */
export function createCluster(
  cluster: NewCluster,
  binaries: PostgresBinaries,
  identity: Identity | undefined,
): void {
  if (existsSync(path.join(cluster.place, 'PG_VERSION'))) return;
  const draft = mkdtempSync(`${cluster.place}-new-`);
  const passwordFile = path.join(draft, 'password');
  const data = path.join(draft, 'data');
  try {
    mkdirSync(data, { mode: 0o700 });
    writeFileSync(passwordFile, `${cluster.password}\n`, { mode: 0o600 });
    if (identity) for (const file of [draft, data, passwordFile]) chownSync(file, identity.uid, identity.gid);
    initdb(
      binaries.initdb,
      ['-D', data, `--pwfile=${passwordFile}`, ...(cluster.durable ? [] : ['--no-sync'])],
      identity,
    );
    // An empty directory may stand in its place; rmdir, which refuses one that holds anything.
    if (existsSync(cluster.place)) rmSync(cluster.place, { recursive: false });
    renameSync(data, cluster.place);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function initdb(program: string, options: readonly string[], identity: Identity | undefined): void {
  const fixed = ['-U', 'postgres', '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C'];
  const made = spawnSync(program, [...fixed, ...options], {
    ...identity,
    cwd: path.dirname(program),
    env: postgresEnvironment(),
    encoding: 'utf8',
  });
  if (made.status === 0) return;
  throw new AppError(
    'postgres-start-failed',
    `The database could not be created: ${made.stderr || made.error?.message}`,
    {
      cause: made.error,
    },
  );
}

/** @throws AppError `database-needs-upgrade`: each major version has its own format on disk. */
export function checkFormat(place: string, binaries: PostgresBinaries): void {
  const found = readFileSync(path.join(place, 'PG_VERSION'), 'utf8').trim();
  if (found === binaries.major) return;
  throw new AppError(
    'database-needs-upgrade',
    `The database in ${place} was made by PostgreSQL ${found}; this version of Sluice brings ${binaries.major}.`,
    { hint: 'Start the version of Sluice that made it and move the data as docs/operations.md describes.' },
  );
}

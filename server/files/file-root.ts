import { glob, lstat, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#lib/errors/app-error.ts';

/**
 * Which files a pipeline may name. The command line reaches what its caller reaches; on the server a workspace reaches
 * only what lies below its own folder, and no link leads out of it.
 */
export interface FileReach {
  /** Relative paths count from here. Absolute. */
  readonly folder: string;
  /**
   * The files that a path or pattern means, absolute, by name. Throws `file-not-found` where there is none and
   * `path-outside` where it may not be named. An abort ends the search.
   */
  toRead(pattern: string, signal?: AbortSignal): Promise<string[]>;
  /**
   * The absolute path of a file or folder to write; of a symbolic link that of what it means. It and its parents need
   * not exist. Throws `path-outside`, and `path-not-a-file` and `path-is-file` for what no file can take the place of.
   */
  toWrite(file: string): Promise<string>;
}

/** More files than this are a folder named by mistake. */
const MAX_FILES = 10_000;
/** So are more that are looked at for a pattern. */
const MAX_LOOKED_AT = 500_000;

/** The reach of the person at the command line: relative paths count from `folder`. */
export function openReach(folder: string): FileReach {
  return {
    folder,
    toRead: async (pattern, signal) =>
      filesOf(pattern, path.resolve(folder, pattern), {
        hint: `It was looked for at ${path.resolve(folder, pattern)}.`,
        signal,
      }),
    toWrite: (file) => placeToWrite(file, path.resolve(folder, file)),
  };
}

/** Only what is truly below `root`: no `..`, no absolute path elsewhere, no symbolic link on the way. */
export function rootedReach(root: string): FileReach {
  return {
    folder: root,
    toRead: async (pattern, signal) => {
      const hint = "Upload it, or name one of the workspace's files.";
      const files = await filesOf(pattern, inside(root, pattern), { hint, signal });
      for (const file of files) await refuseLinks(root, file);
      return files;
    },
    toWrite: async (file) => {
      const target = inside(root, file);
      await refuseLinks(root, target);
      return placeToWrite(file, target);
    },
  };
}

function outside(named: string, reason: string): AppError {
  return new AppError('path-outside', `The path "${named}" leaves the workspace's files: ${reason}.`, {
    hint: 'Name a file by its path below the workspace\'s files, such as "data/orders.csv".',
  });
}

/** The absolute path below the root that a person's path means. */
function inside(root: string, named: string): string {
  if (named.includes('\0')) throw outside(named, 'it holds a NUL');
  if (named.split(/[\\/]/).includes('..')) throw outside(named, '".." leads upwards');
  const target = path.resolve(root, named);
  if (target !== root && !target.startsWith(root + path.sep)) throw outside(named, 'it lies elsewhere');
  if (target === root) throw outside(named, 'it names the folder of all files');
  return target;
}

/** Refuses a path with a symbolic link below the root, and a root reached through links that lead elsewhere. */
async function refuseLinks(root: string, target: string): Promise<void> {
  const parts = path.relative(root, target).split(path.sep);
  let current = root;
  for (const part of parts) {
    current = path.join(current, part);
    const found = await lstat(current).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
      throw error;
    });
    // What does not exist yet has nothing below it that could lead away.
    if (!found) return;
    if (found.isSymbolicLink()) throw outside(path.relative(root, target), 'a symbolic link is on the way');
  }
  const real = await realpath(target);
  const realRoot = await realpath(root);
  if (!real.startsWith(realRoot + path.sep)) throw outside(path.relative(root, target), 'it lies elsewhere');
}

/**
 * Where a file of this path is written. Its neighbour takes its place when it is whole, which would take away a device
 * or a pipe, and a link instead of what it means.
 */
async function placeToWrite(named: string, absolute: string): Promise<string> {
  const found = await lstat(absolute).catch(() => null);
  if (found?.isSymbolicLink()) {
    const meant = await realpath(absolute).catch(() => null);
    if (meant === null)
      throw new AppError('path-not-a-file', `"${named}" is a symbolic link that leads nowhere.`, {
        hint: 'Remove it, or name another file.',
      });
    return placeToWrite(named, meant);
  }
  if (found && !found.isFile() && !found.isDirectory()) throw notAFile(named);
  for (let above = path.dirname(absolute); !found; above = path.dirname(above)) {
    const folder = await stat(above).catch(() => null);
    if (folder?.isDirectory()) break;
    if (folder || above === path.dirname(above))
      throw new AppError(
        'path-is-file',
        `"${named}" cannot be written: ${path.basename(above)} is no folder.`,
        {
          hint: 'Name a file in a folder.',
        },
      );
  }
  return absolute;
}

/** Two paths that mean the same file have the same, by whichever links they go. What does not exist has none. */
export async function realPlace(absolute: string): Promise<string> {
  const real = await realpath(absolute).catch(() => null);
  const above = path.dirname(absolute);
  if (real !== null || above === absolute) return real ?? absolute;
  return path.join(await realPlace(above), path.basename(absolute));
}

function notAFile(named: string): AppError {
  return new AppError('path-not-a-file', `"${named}" is no file, but a device, a pipe or a socket.`, {
    hint: 'Name a file.',
  });
}

async function filesOf(
  named: string,
  absolute: string,
  { hint, signal }: { hint: string; signal: AbortSignal | undefined },
): Promise<string[]> {
  const exact = await lstat(absolute).catch(() => null);
  if (exact && !exact.isDirectory()) return [absolute];
  if (exact?.isDirectory()) {
    throw new AppError('file-not-found', `"${named}" is a folder.`, {
      hint: 'Name a file, or the files in it by a pattern: "folder/*.csv".',
    });
  }
  const files: string[] = [];
  if (/[*?[{]/.test(named)) {
    let lookedAt = 0;
    // What is left out is not gone into, so that a search that nobody waits for ends.
    const exclude = () => (lookedAt += 1) > MAX_LOOKED_AT || signal?.aborted === true;
    for await (const entry of glob(absolute, { withFileTypes: true, exclude })) {
      if (entry.isDirectory()) continue;
      files.push(path.join(entry.parentPath, entry.name));
      if (files.length > MAX_FILES)
        throw new AppError('too-many-files', `The pattern "${named}" matches more than ${MAX_FILES} files.`, {
          hint: 'Name fewer files at once.',
        });
    }
    signal?.throwIfAborted();
    if (lookedAt > MAX_LOOKED_AT)
      throw new AppError('too-many-files', `The pattern "${named}" looks through too many files.`, {
        hint: 'Begin it with the folder that the files are in.',
      });
  }
  if (files.length > 0) return files.sort();
  throw new AppError('file-not-found', `There is no file "${named}".`, { hint });
}

import { glob, lstat, realpath } from 'node:fs/promises';
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
   * `path-outside` where it may not be named.
   */
  toRead(pattern: string): Promise<string[]>;
  /** The absolute path of a file or folder to write. It and its parents need not exist. Throws `path-outside`. */
  toWrite(file: string): Promise<string>;
}

/** More files than this are a folder named by mistake. */
const MAX_FILES = 10_000;

/** The reach of the person at the command line: relative paths count from `folder`. */
export function openReach(folder: string): FileReach {
  return {
    folder,
    toRead: async (pattern) =>
      filesOf(
        pattern,
        path.resolve(folder, pattern),
        `It was looked for at ${path.resolve(folder, pattern)}.`,
      ),
    toWrite: (file) => Promise.resolve(path.resolve(folder, file)),
  };
}

/** Only what is truly below `root`: no `..`, no absolute path elsewhere, no symbolic link on the way. */
export function rootedReach(root: string): FileReach {
  return {
    folder: root,
    toRead: async (pattern) => {
      const files = await filesOf(
        pattern,
        inside(root, pattern),
        "Upload it, or name one of the workspace's files.",
      );
      for (const file of files) await refuseLinks(root, file);
      return files;
    },
    toWrite: async (file) => {
      const target = inside(root, file);
      await refuseLinks(root, target);
      return target;
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
      if (error.code === 'ENOENT') return null;
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

async function filesOf(named: string, absolute: string, hint: string): Promise<string[]> {
  const exact = await lstat(absolute).catch(() => null);
  if (exact && !exact.isDirectory()) return [absolute];
  if (exact?.isDirectory()) {
    throw new AppError('file-not-found', `"${named}" is a folder.`, {
      hint: 'Name a file, or the files in it by a pattern: "folder/*.csv".',
    });
  }
  const files: string[] = [];
  if (/[*?[{]/.test(named)) {
    for await (const entry of glob(absolute, { withFileTypes: true })) {
      if (entry.isDirectory()) continue;
      files.push(path.join(entry.parentPath, entry.name));
      if (files.length > MAX_FILES)
        throw new AppError('too-many-files', `The pattern "${named}" matches more than ${MAX_FILES} files.`, {
          hint: 'Name fewer files at once.',
        });
    }
  }
  if (files.length > 0) return files.sort();
  throw new AppError('file-not-found', `There is no file "${named}".`, { hint });
}

import type { Dirent } from 'node:fs';
import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { FileEntry } from '#lib/contracts/files.ts';
import { AppError } from '#lib/errors/app-error.ts';
import { rootedReach } from './file-root.ts';

// A workspace with more is browsed folder by folder.
const MAX_ENTRIES = 2000;
const MAX_DEPTH = 12;

/** Files below the root, by path; hidden ones and links are left out. `under` narrows it to one folder. */
export async function listFiles(
  root: string,
  under = '',
): Promise<{ files: FileEntry[]; truncated: boolean }> {
  const files: FileEntry[] = [];
  const start = under === '' ? root : await rootedReach(root).toWrite(under);
  const walk = async (folder: string, depth: number): Promise<boolean> => {
    for (const entry of await entries(folder)) {
      if (entry.name.startsWith('.')) continue;
      const full = path.join(folder, entry.name);
      if (entry.isDirectory()) {
        if (depth >= MAX_DEPTH || !(await walk(full, depth + 1))) return false;
      } else if (entry.isFile()) {
        if (files.length === MAX_ENTRIES) return false;
        const { size, mtime } = await lstat(full);
        files.push({
          path: path.relative(root, full).split(path.sep).join('/'),
          sizeBytes: size,
          modifiedAt: mtime.toISOString(),
        });
      }
    }
    return true;
  };
  const whole = await walk(start, 1);
  return { files, truncated: !whole };
}

/** By name; none where the folder does not exist (a workspace has no folder before its first file). */
async function entries(folder: string): Promise<Dirent[]> {
  try {
    const found = await readdir(folder, { withFileTypes: true });
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}

/** Opens one file of the workspace to read. Throws `path-outside`, `file-not-found`. */
export async function openFile(
  root: string,
  named: string,
): Promise<{ name: string; sizeBytes: number; content: ReadableStream<Uint8Array> }> {
  const found = await rootedReach(root).toRead(named);
  const file = found[0];
  if (!file || found.length > 1 || path.basename(file).startsWith('.')) {
    throw new AppError('file-not-found', `There is no file "${named}".`, {
      hint: 'Name one file by its path.',
    });
  }
  // Not following a link, should one have taken the file's place since it was checked.
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  const { size } = await handle.stat();
  const content = handle.readableWebStream({ autoClose: true }) as ReadableStream<Uint8Array>;
  return { name: path.basename(file), sizeBytes: size, content };
}

import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#lib/errors/app-error.ts';
import { beginSwap, type Swap } from './swap-leftovers.ts';

/** A folder that we wrote holds nothing but partitions and their files. */
const PARTITION = /^[^/=]+=/;
const LEFTOVER = /^\.sluice-/;

/**
 * Lets `write` make a file or a folder beside the wanted one and puts it in place when it is whole and on the disk; while
 * it is brought there, `look` may read it. An error leaves what was there before. The parent folder is made. Returns
 * what `look` returned.
 */
export async function writeWhole<W, T>(
  target: string,
  write: (temporary: string) => Promise<W>,
  look: (temporary: string, written: W) => Promise<T>,
): Promise<T> {
  const folder = path.dirname(target);
  await mkdir(folder, { recursive: true });
  const swap = beginSwap(target);
  try {
    const written = await write(swap.fresh);
    const isFolder = (await lstat(swap.fresh)).isDirectory();
    const [result] = await Promise.all([
      look(swap.fresh, written),
      isFolder ? syncFolder(swap.fresh) : syncToDisk(swap.fresh),
    ]);
    await (isFolder ? putFolder(swap, target) : putFile(swap.fresh, target));
    await syncToDisk(folder);
    return result;
  } catch (error) {
    await rm(swap.fresh, { recursive: true, force: true });
    throw error;
  } finally {
    swap.end();
  }
}

async function putFile(temporary: string, target: string): Promise<void> {
  const existing = await lstat(target).catch(ignoreMissing);
  if (existing?.isDirectory())
    throw new AppError('path-is-folder', `${target} is a folder, so no file can be written there`, {
      hint: 'Name a file, or partition the output.',
    });
  if (existing && !existing.isFile())
    throw new AppError('path-not-a-file', `${target} is no file, but a device, a pipe, a socket or a link`, {
      hint: 'Name a file.',
    });
  await rename(temporary, target);
}

/**
 * Two renames: for a moment there is no folder, never a mixed one. The old one goes last. Whoever is killed in between
 * leaves both beside it, whole, for `settleSwap`.
 */
async function putFolder({ fresh, aside }: Swap, target: string): Promise<void> {
  await refuseForeignFolder(target);
  const hadOld = await rename(target, aside).then(() => true, ignoreMissing);
  try {
    await rename(fresh, target);
  } catch (error) {
    if (hadOld) await rename(aside, target);
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
}

/** A folder is swapped whole, so it must hold nothing but an earlier output. */
export async function refuseForeignFolder(target: string): Promise<void> {
  const existing = await lstat(target).catch(ignoreMissing);
  if (!existing) return;
  if (!existing.isDirectory())
    throw new AppError('path-is-file', `${target} is a file; a partitioned output is a folder`, {
      hint: 'Name another folder.',
    });
  const foreign = (await readdir(target)).find((name) => !PARTITION.test(name) && !LEFTOVER.test(name));
  if (foreign !== undefined)
    throw new AppError(
      'folder-not-ours',
      `${target} holds other files, such as ${foreign}, and would be replaced as a whole`,
      { hint: 'Name a folder of its own for the partitions.' },
    );
}

async function syncFolder(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true })) await syncToDisk(path.join(folder, entry));
  await syncToDisk(folder);
}

async function syncToDisk(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}

/** Bytes of a file, or of all files of a folder. */
export async function sizeOf(target: string): Promise<number> {
  const stats = await lstat(target);
  if (!stats.isDirectory()) return stats.size;
  const sizes = await Promise.all(
    (await readdir(target, { withFileTypes: true })).map((entry) => sizeOf(path.join(target, entry.name))),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

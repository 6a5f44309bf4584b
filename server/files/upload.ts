import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FileEntry } from '#lib/contracts/files.ts';
import { AppError } from '#lib/errors/app-error.ts';
import { rootedReach } from './file-root.ts';
import { numberedName, uploadName } from './upload-name.ts';

const FOLDER = 'uploads';
// So many files of one name are a loop somewhere, not a person.
const MAX_SAME_NAME = 10_000;

export interface Upload {
  /** The workspace's folder. Absolute. */
  root: string;
  /** As the sender calls it; made safe here. */
  name: string;
  content: AsyncIterable<Uint8Array>;
  limitBytes: number;
  signal?: AbortSignal;
}

/**
 * Stores a stream as a new file below `uploads/`, whole or not at all, and never over another: a name that is taken
 * gets a number. Throws `too-large`, `disk-full`, `path-outside` (a link stands where the folder should be).
 */
export async function storeUpload(upload: Upload): Promise<FileEntry> {
  const name = uploadName(upload.name);
  const reach = rootedReach(upload.root);
  await mkdir(upload.root, { recursive: true });
  const folder = path.dirname(await reach.toWrite(`${FOLDER}/${name}`));
  await mkdir(folder, { recursive: true });
  const partial = path.join(folder, `.${randomUUID()}.part`);
  try {
    await writeAll(partial, upload);
    const target = await claimName(partial, folder, name);
    const { size, mtime } = await stat(target);
    return {
      path: path.relative(upload.root, target).split(path.sep).join('/'),
      sizeBytes: size,
      modifiedAt: mtime.toISOString(),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') {
      throw new AppError('disk-full', 'The disk has no room for this file.', {
        kind: 'transient',
        hint: 'Free some space, then upload it again.',
        cause: error,
      });
    }
    throw error;
  } finally {
    await rm(partial, { force: true });
  }
}

async function writeAll(file: string, { content, limitBytes, signal }: Upload): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    let size = 0;
    for await (const chunk of sent(content)) {
      signal?.throwIfAborted();
      size += chunk.length;
      if (size > limitBytes) throw tooLarge(limitBytes);
      await handle.write(chunk);
    }
    // Acknowledged is stored, also when the power goes.
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What the sender sends; where that breaks off it is nobody's mistake here. */
async function* sent(content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* content;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('upload-broken', 'The upload broke off.', { hint: 'Send the file again.', cause });
  }
}

export function tooLarge(limitBytes: number): AppError {
  const limit =
    limitBytes < 1e6 ? `${Math.round(limitBytes / 1e3)} kB` : `${Math.round(limitBytes / 1e6)} MB`;
  return new AppError('too-large', `The file is larger than ${limit}.`, {
    hint: 'Compress it (.gz, Parquet), or raise SLUICE_MAX_UPLOAD_BYTES.',
  });
}

/** Gives the finished file its name. A hard link, unlike a rename, never replaces what is there. */
async function claimName(partial: string, folder: string, name: string): Promise<string> {
  for (let number = 1; number <= MAX_SAME_NAME; number += 1) {
    const target = path.join(folder, numberedName(name, number));
    try {
      await link(partial, target);
      return target;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  throw new AppError('name-taken', `There are too many files called “${name}”.`, {
    hint: 'Give the file another name.',
  });
}

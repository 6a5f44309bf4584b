import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Writable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError } from '#lib/errors/app-error.ts';

/** What any file may unpack to, however small it is. */
const ALWAYS_ALLOWED = 1024 ** 3;
/** Tables shrink five- to thirtyfold; a bomb a thousandfold. */
const HIGHEST_RATIO = 100;
/** Files above this are data: to look through them would take longer than to refuse a bomb is worth. */
const LARGEST_TO_CHECK = 64 * 1024 ** 2;

/**
 * The size of a gzip file when unpacked; null where the file is too large to look. Throws a `user` AppError where it
 * unpacks to more than a table would, before the disk or the memory feels it.
 */
export async function unpackedSize(file: string, signal?: AbortSignal): Promise<number | null> {
  const { size } = await stat(file);
  if (size > LARGEST_TO_CHECK) return null;
  const limit = Math.max(ALWAYS_ALLOWED, size * HIGHEST_RATIO);
  let unpacked = 0;
  const counter = new Writable({
    write(chunk: Buffer, _encoding, done) {
      unpacked += chunk.length;
      done(
        unpacked > limit
          ? new AppError(
              'file-unpacks-too-large',
              `${path.basename(file)} unpacks to more than ${HIGHEST_RATIO} times its size`,
              { hint: 'Unpack it yourself and look at it before using it.' },
            )
          : null,
      );
    },
  });
  try {
    await pipeline(createReadStream(file), createGunzip(), counter, signal ? { signal } : {});
  } catch (error) {
    if (error instanceof AppError || signal?.aborted) throw error;
    throw new AppError('file-unreadable', `${path.basename(file)} is not a whole gzip file`, {
      cause: error,
    });
  }
  return unpacked;
}

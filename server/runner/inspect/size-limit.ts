import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#lib/errors/app-error.ts';

/** Often enough that a fast disk does not fill up in between. */
const LOOK_EVERY_MS = 250;

interface SizeLimit {
  folder: string;
  limitBytes: number;
  signal: AbortSignal;
}

/**
 * Lets `work` write into a folder until that has grown by more than all staged results may be together: rows that a run passed
 * by, such as those of a join before a limit, may be without number. Throws `too-large-to-keep`.
 */
export async function withinSize<T>(
  { folder, limitBytes, signal }: SizeLimit,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const before = await sizeOf(folder);
  const look = async () => {
    if ((await sizeOf(folder)) - before > limitBytes) controller.abort(tooLarge(limitBytes));
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  try {
    const result = await work(AbortSignal.any([signal, controller.signal]));
    await look();
    controller.signal.throwIfAborted();
    return result;
  } catch (thrown) {
    if (controller.signal.aborted && !signal.aborted) throw controller.signal.reason as AppError;
    throw thrown;
  } finally {
    clearInterval(timer);
  }
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    names.map(async (name) => (await stat(path.join(folder, name)).catch(() => null))?.size ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

const tooLarge = (limitBytes: number) =>
  new AppError(
    'too-large-to-keep',
    `These rows take more than the ${(limitBytes / 1e9).toFixed(1)} GB that all kept results may take together.`,
    { hint: 'Raise SLUICE_STAGING_MB, or look at a node with fewer rows.' },
  );

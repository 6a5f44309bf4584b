import { AppError } from '#lib/errors/app-error.ts';

/** A failure of the file system in words that say what to do; anything else as it came. */
export function fromFileSystem(error: unknown, folder: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError('disk-full', `There is no room left on the disk that holds ${folder}.`, {
      kind: 'transient',
      hint: 'Free some space, lower SLUICE_STAGING_MB so that old results go sooner, or point the data directory to a larger disk.',
      cause: error,
    });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new AppError('not-writable', `${folder} cannot be written.`, {
      hint: 'Give this user the right to write there, or name another data directory.',
      cause: error,
    });
  }
  return error;
}

import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { AppError } from '#lib/errors/app-error.ts';

/**
 * A directory of root's that other users can pass through, for the rare case that the checkout or the data directory
 * lies where they cannot (root's home). Only ever asked for as root.
 */
export function outsideDirectory(): string {
  const directory = '/var/lib/sluice';
  mkdirSync(directory, { recursive: true, mode: 0o711 });
  const stat = lstatSync(directory);
  if (!stat.isDirectory() || stat.uid !== 0) {
    throw new AppError('unsafe-directory', `${directory} is not a directory of root's.`, {
      hint: 'Move it away, or set SLUICE_DATA_DIR to a place that every user can pass through.',
    });
  }
  chmodSync(directory, 0o711);
  return directory;
}

// Places that set-up, start and test agree on. Plain JavaScript: this runs before anything is installed.
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** @param {...string} parts path below the project's root */
export const inRoot = (...parts) => path.join(root, ...parts);

/** The project's own Node 24, wherever the person's own Node comes from. */
export const pinnedNode =
  process.platform === 'win32'
    ? inRoot('node_modules/node/bin/node.exe')
    : inRoot('node_modules/node/bin/node');

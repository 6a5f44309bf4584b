import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleFolder } from './bundle.mjs';

/**
 * What computes the rows of code: `sandbox 4586c59cdc45`. It changes with the sandbox's own sources, the DataFrame library
 * and all others in it, Node and the machine. Where no sandbox has been built, no code runs either.
 */
export async function sandboxVersion(): Promise<string> {
  const stamp = await readFile(path.join(bundleFolder, 'stamp'), 'utf8').catch(() => 'not built');
  return `sandbox ${stamp.slice(0, 12)}`;
}

// A content hash of the sources: what decides whether the app has to be built again.
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

/** Files that never reach the built app. */
const NOT_BUILT = /(\.test\.[a-z]+|\.spec\.ts|\.md|\.mjs|\/cases\/[^/]+\.json)$/;

/**
 * Hashes files by path and content, in an order that does not depend on the file system.
 * @param {string} base folder that the paths are relative to
 * @param {readonly string[]} entries files and folders; one that does not exist counts as absent
 * @returns {Promise<string>} hexadecimal SHA-256
 */
export async function hashSources(base, entries) {
  const hash = createHash('sha256');
  for (const entry of entries) {
    for (const file of await filesBelow(base, entry)) {
      hash.update(`${file}\0`);
      hash.update(
        createHash('sha256')
          .update(await readFile(path.join(base, file)))
          .digest(),
      );
    }
  }
  return hash.digest('hex');
}

/**
 * @param {string} base
 * @param {string} entry
 * @returns {Promise<string[]>} paths with slashes, sorted
 */
async function filesBelow(base, entry) {
  let children;
  try {
    children = await readdir(path.join(base, entry), { withFileTypes: true });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOTDIR') return [entry];
    if (code === 'ENOENT') return [];
    throw error;
  }
  const nested = children.map(async (child) => {
    const place = `${entry}/${child.name}`;
    if (child.isDirectory()) return filesBelow(base, place);
    return child.isFile() && !NOT_BUILT.test(place) ? [place] : [];
  });
  return (await Promise.all(nested)).flat().sort();
}

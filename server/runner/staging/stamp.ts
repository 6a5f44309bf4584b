import { createHash } from 'node:crypto';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';

/** Changes when a file, or anything in a folder, is written, replaced or taken away. Null where nothing is there. */
export async function stampOf(target: string): Promise<string | null> {
  const stats = await lstat(target).catch(() => null);
  if (!stats) return null;
  if (!stats.isDirectory()) return `${stats.size}@${stats.mtimeMs}`;
  const names = (await readdir(target, { recursive: true })).sort();
  const marks = await Promise.all(
    names.map(async (name) => {
      const inner = await lstat(path.join(target, name)).catch(() => null);
      return inner?.isDirectory() ? [name] : [name, inner?.size, inner?.mtimeMs];
    }),
  );
  return createHash('sha256').update(JSON.stringify(marks)).digest('hex');
}

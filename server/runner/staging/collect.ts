import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { MANIFEST_FILE } from './manifest.ts';
import { stagingRoot } from './staging-area.ts';

export interface CollectOptions {
  limitBytes: number;
  /** Runs that still run, or must stay for another reason. */
  keep: ReadonlySet<string>;
}

/** Removes the staged results of the runs that ended longest ago until the rest fits. Answers which runs went. */
export async function collectStaging(
  dataDirectory: string,
  { limitBytes, keep }: CollectOptions,
): Promise<string[]> {
  const root = stagingRoot(dataDirectory);
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const runs = await Promise.all(
    entries.filter((entry) => entry.isDirectory()).map((entry) => measure(path.join(root, entry.name))),
  );
  let total = runs.reduce((sum, run) => sum + run.bytes, 0);
  const gone: string[] = [];
  for (const run of runs.sort((a, b) => a.endedMs - b.endedMs)) {
    if (total <= limitBytes) break;
    const id = path.basename(run.folder);
    if (keep.has(id)) continue;
    await rm(run.folder, { recursive: true, force: true });
    total -= run.bytes;
    gone.push(id);
  }
  return gone;
}

/** Hard links to a file shared with another run are counted with both: at worst too much goes. */
async function measure(folder: string): Promise<{ folder: string; bytes: number; endedMs: number }> {
  const names = await readdir(folder).catch(() => []);
  let bytes = 0;
  let endedMs = 0;
  for (const name of names) {
    const found = await stat(path.join(folder, name)).catch(() => null);
    if (!found) continue;
    bytes += found.size;
    if (name === MANIFEST_FILE || endedMs === 0) endedMs = found.mtimeMs;
  }
  return { folder, bytes, endedMs };
}

/** Removes what runs of a process that is gone left in their temporary folders. Only for the one that owns the data directory. */
export async function clearTemporary(dataDirectory: string): Promise<void> {
  await rm(path.join(dataDirectory, 'tmp'), { recursive: true, force: true });
}

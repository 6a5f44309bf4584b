import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { MANIFEST_FILE, readManifest } from './manifest.ts';
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
    if (keep.has(id) || run.isRunning) continue;
    await rm(run.folder, { recursive: true, force: true });
    total -= run.bytes;
    gone.push(id);
  }
  return gone;
}

interface Measured {
  folder: string;
  bytes: number;
  endedMs: number;
  isRunning: boolean;
}

/** A run that says it runs, but has said nothing for so long, belongs to a process that is gone. */
const SILENT_MS = 24 * 3_600_000;

/** Hard links to a file shared with another run are counted with both: at worst too much goes. */
async function measure(folder: string): Promise<Measured> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    names.map(async (name) => (await stat(path.join(folder, name)).catch(() => null))?.size ?? 0),
  );
  const manifestMs = (await stat(path.join(folder, MANIFEST_FILE)).catch(() => null))?.mtimeMs ?? 0;
  // A manifest that cannot be read is of no use to anybody.
  const manifest = await readManifest(folder).catch(() => null);
  return {
    folder,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    endedMs: manifestMs,
    isRunning: manifest?.status === 'running' && Date.now() - manifestMs < SILENT_MS,
  };
}

/** Removes what runs of a process that is gone left in their temporary folders. Only for the one that owns the data directory. */
export async function clearTemporary(dataDirectory: string): Promise<void> {
  await rm(path.join(dataDirectory, 'tmp'), { recursive: true, force: true });
}

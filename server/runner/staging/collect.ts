import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { MANIFEST_FILE, readManifest } from './manifest.ts';
import { storeFolder } from './result-store.ts';
import { historyFolder, stagingRoot } from './staging-area.ts';

export interface CollectOptions {
  limitBytes: number;
  /** Runs that still run, or must stay for another reason. */
  keep: ReadonlySet<string>;
}

/**
 * Removes staged results until the rest fits: folders of runs that ended, and results kept for later runs, whichever
 * was used longest ago. Both may hold the same file by hard links; it counts once, and takes room until both are gone.
 * Answers which runs went.
 */
export async function collectStaging(
  dataDirectory: string,
  { limitBytes, keep }: CollectOptions,
): Promise<string[]> {
  const holdings = [...(await runsIn(dataDirectory, keep)), ...(await keptIn(dataDirectory))];
  const holders = new Map<string, number>();
  let total = 0;
  for (const file of holdings.flatMap((holding) => holding.files)) {
    const count = holders.get(file.inode) ?? 0;
    holders.set(file.inode, count + 1);
    if (count === 0) total += file.bytes;
  }
  const gone: string[] = [];
  for (const holding of holdings.sort((a, b) => a.usedMs - b.usedMs)) {
    if (total <= limitBytes) break;
    if (holding.isNeeded) continue;
    for (const name of holding.paths) await rm(name, { recursive: true, force: true });
    for (const file of holding.files) {
      const left = (holders.get(file.inode) ?? 1) - 1;
      holders.set(file.inode, left);
      if (left === 0) total -= file.bytes;
    }
    if (holding.runId !== null) gone.push(holding.runId);
  }
  return gone;
}

/** What is removed as a whole. */
interface Holding {
  paths: string[];
  files: MeasuredFile[];
  usedMs: number;
  isNeeded: boolean;
  runId: string | null;
}

interface MeasuredFile {
  inode: string;
  bytes: number;
  changedMs: number;
}

/** A run that says it runs, but has said nothing for so long, belongs to a process that is gone. */
const SILENT_MS = 24 * 3_600_000;

async function runsIn(dataDirectory: string, keep: ReadonlySet<string>): Promise<Holding[]> {
  const others = new Set([storeFolder(dataDirectory), historyFolder(dataDirectory)]);
  const root = stagingRoot(dataDirectory);
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => path.join(root, entry.name));
  return Promise.all(
    folders.filter((folder) => !others.has(folder)).map((folder) => measureRun(folder, keep)),
  );
}

async function measureRun(folder: string, keep: ReadonlySet<string>): Promise<Holding> {
  const names = await readdir(folder).catch(() => []);
  const files = await Promise.all(names.map((name) => measureFile(path.join(folder, name))));
  const manifestMs = (await measureFile(path.join(folder, MANIFEST_FILE)))?.changedMs ?? 0;
  // A manifest that cannot be read is of no use to anybody.
  const manifest = await readManifest(folder).catch(() => null);
  const isRunning = manifest?.status === 'running' && Date.now() - manifestMs < SILENT_MS;
  const runId = path.basename(folder);
  return {
    paths: [folder],
    files: files.filter((file) => file !== null),
    usedMs: manifestMs,
    isNeeded: isRunning || keep.has(runId),
    runId,
  };
}

/** Results by content key, the Parquet file and what is known of it as one. What was broken off has its own name. */
async function keptIn(dataDirectory: string): Promise<Holding[]> {
  const folder = storeFolder(dataDirectory);
  const names = await readdir(folder).catch(() => []);
  const byKey = Object.values(Object.groupBy(names, (name) => name.replace(/\.(json|parquet)$/, '')));
  return Promise.all(
    byKey.map(async (group = []) => {
      const paths = group.map((name) => path.join(folder, name));
      const entry = paths.find((name) => name.endsWith('.json'));
      const files = (await Promise.all(paths.map(measureFile))).filter((file) => file !== null);
      const usedMs = entry === undefined ? 0 : ((await measureFile(entry))?.changedMs ?? 0);
      return { paths, files, usedMs, isNeeded: false, runId: null };
    }),
  );
}

async function measureFile(file: string): Promise<MeasuredFile | null> {
  const found = await stat(file, { bigint: true }).catch(() => null);
  return found
    ? { inode: `${found.dev}:${found.ino}`, bytes: Number(found.size), changedMs: Number(found.mtimeMs) }
    : null;
}

import { createHash, randomBytes } from 'node:crypto';
import { lstat, readdir, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** What is written or taken out of the way beside a target, and whose process did it. */
export interface Swap {
  /** Whole only after the old one went aside, or in place. */
  fresh: string;
  /** What was there before, for the moment between two renames. */
  aside: string;
}

/** A swap takes two renames; who finds it half done waits this long for a process that may be in the midst of it. */
const GRACE_MS = 1000;
/** Whether a process on another machine lives nobody can tell; no write takes so long. */
const FOREIGN_STALE_MS = 24 * 3_600_000;

const NAME = /^\.sluice-(new|old)-([0-9a-f]{6})-([0-9]+)-([0-9a-f]{12})-(.*)$/s;
const HOST = createHash('sha256').update(os.hostname()).digest('hex').slice(0, 6);

/** Swaps under way in this process. */
const underWay = new Set<string>();

/** Names for a swap of `target`, and what to call when it is over. */
export function beginSwap(target: string, pid = process.pid): Swap & { end: () => void } {
  const folder = path.dirname(target);
  const mark = `${HOST}-${pid}-${randomBytes(6).toString('hex')}`;
  underWay.add(mark);
  return {
    fresh: path.join(folder, `.sluice-new-${mark}-${path.basename(target)}`),
    aside: path.join(folder, `.sluice-old-${mark}-${path.basename(target)}`),
    end: () => underWay.delete(mark),
  };
}

interface Leftover {
  mark: string;
  file: string;
  kind: 'new' | 'old';
  host: string;
  pid: number;
}

/**
 * Settles what a process that was killed left beside a target. A folder whose swap was broken off between its two
 * renames is put in place: the new one, which was whole by then, else the old one. What was half written is removed.
 */
export async function settleSwap(target: string): Promise<void> {
  let leftovers = await leftoversOf(target);
  if (leftovers.length === 0) return;
  const aside = leftovers.find(({ kind }) => kind === 'old');
  if (aside && !(await exists(target)) && (await isAlive(aside))) {
    await wait(GRACE_MS);
    leftovers = await leftoversOf(target);
  }
  for (const old of leftovers.filter(({ kind }) => kind === 'old')) {
    if (await exists(target)) break;
    const fresh = leftovers.find(({ kind, mark }) => kind === 'new' && mark === old.mark);
    if (!(fresh && (await renamed(fresh.file, target)))) await renamed(old.file, target);
  }
  for (const leftover of leftovers)
    if (!(await isAlive(leftover))) await rm(leftover.file, { recursive: true, force: true });
}

async function leftoversOf(target: string): Promise<Leftover[]> {
  const folder = path.dirname(target);
  const names = await readdir(folder).catch(() => []);
  return names.flatMap((name) => {
    const [, kind, host = '', pid = '', random = '', base] = NAME.exec(name) ?? [];
    if (base !== path.basename(target)) return [];
    const mark = `${host}-${pid}-${random}`;
    return [
      { mark, file: path.join(folder, name), kind: kind === 'new' ? 'new' : 'old', host, pid: Number(pid) },
    ];
  });
}

/** False for a process that is gone. A number that now belongs to another process counts as alive: it only lies there longer. */
async function isAlive({ mark, file, host, pid }: Leftover): Promise<boolean> {
  if (host !== HOST) {
    const changed = (await lstat(file).catch(() => null))?.mtimeMs ?? 0;
    return Date.now() - changed < FOREIGN_STALE_MS;
  }
  if (pid === process.pid) return underWay.has(mark);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** False where somebody else was faster. */
async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch {
    return false;
  }
}

async function exists(file: string): Promise<boolean> {
  return (await lstat(file).catch(() => null)) !== null;
}

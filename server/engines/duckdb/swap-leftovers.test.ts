import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { beginSwap, settleSwap, type Swap } from './swap-leftovers.ts';

let folder: string;
let target: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sluice-swap-'));
  target = path.join(folder, 'parts');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The number of a process that has ended. */
const DEAD = spawnSync(process.execPath, ['-e', '']).pid;

async function fill(place: string, content: string): Promise<void> {
  await mkdir(path.join(place, 'k=1'), { recursive: true });
  await writeFile(path.join(place, 'k=1', 'data.csv'), content);
}
const held = () => readFile(path.join(target, 'k=1', 'data.csv'), 'utf8').catch(() => null);

/** What a killed process leaves: what it wrote, what it moved aside, what is in place. */
async function broken(state: { fresh?: string; aside?: string; there?: string }, pid = DEAD): Promise<Swap> {
  const swap = beginSwap(target, pid);
  if (state.fresh !== undefined) await fill(swap.fresh, state.fresh);
  if (state.aside !== undefined) await fill(swap.aside, state.aside);
  if (state.there !== undefined) await fill(target, state.there);
  return swap;
}

it.each([
  ['while it wrote for the first time', { fresh: 'half' }, null],
  ['while it wrote', { fresh: 'half', there: 'old' }, 'old'],
  ['between the two renames', { fresh: 'new', aside: 'old' }, 'new'],
  ['after both renames', { aside: 'old', there: 'new' }, 'new'],
  ['while another put things right', { aside: 'old' }, 'old'],
])('a process killed %s leaves nothing half done', async (_when, state, expected) => {
  await broken(state);
  await settleSwap(target);
  expect(await held()).toBe(expected);
  expect(await readdir(folder)).toEqual(expected === null ? [] : ['parts']);
  await settleSwap(target);
  expect(await held()).toBe(expected);
});

it('what a living process writes is left alone, and so are other targets', async () => {
  const mine = await broken({ fresh: 'under way', there: 'old' }, process.pid);
  const other = beginSwap(path.join(folder, 'other-parts'), DEAD);
  await fill(other.fresh, 'of another');
  await settleSwap(target);
  expect((await readdir(folder)).sort()).toEqual(
    [path.basename(mine.fresh), path.basename(other.fresh), 'parts'].sort(),
  );
});

it('a swap that a living process never finishes is finished for it', async () => {
  await broken({ fresh: 'new', aside: 'old' }, process.ppid);
  await settleSwap(target);
  expect(await held()).toBe('new');
});

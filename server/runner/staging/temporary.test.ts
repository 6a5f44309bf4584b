import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clearTemporary, temporaryFolder } from './temporary.ts';

let dataDirectory: string;
beforeAll(async () => {
  dataDirectory = await mkdtemp(path.join(os.tmpdir(), 'sluice-temporary-'));
});
afterAll(() => rm(dataDirectory, { recursive: true, force: true }));

it('takes away what processes that are gone left, and nothing of one that lives', async () => {
  const { pid: gone } = spawnSync('true');
  const folderOf = async (pid: number | string, host = os.hostname()) => {
    const folder = path.join(dataDirectory, 'tmp', `${host}-${pid}-run`);
    await mkdir(folder, { recursive: true });
    return folder;
  };
  const dead = await folderOf(gone);
  const kept = [await folderOf(process.ppid), await folderOf(1), await folderOf(gone, 'another-machine')];
  const mine = temporaryFolder(dataDirectory, 'run');
  await mkdir(mine, { recursive: true });
  await clearTemporary(dataDirectory);
  expect(existsSync(dead)).toBe(false);
  // Left by another process that had this one's number.
  expect(existsSync(mine)).toBe(false);
  expect(kept.filter((folder) => !existsSync(folder))).toEqual([]);
});

it('finds nothing to do where there is nothing', async () => {
  await expect(clearTemporary(path.join(dataDirectory, 'nowhere'))).resolves.toBeUndefined();
});

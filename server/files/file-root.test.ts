import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openReach, realPlace, rootedReach } from './file-root.ts';

let base: string;
let root: string;

beforeEach(async () => {
  base = await realpath(await mkdtemp(path.join(os.tmpdir(), 'file-root-')));
  root = path.join(base, 'files');
  await mkdir(path.join(root, 'data'), { recursive: true });
  await writeFile(path.join(root, 'data', 'b.csv'), 'b');
  await writeFile(path.join(root, 'data', 'a.csv'), 'a');
  await writeFile(path.join(root, 'data', 'odd[1].csv'), 'odd');
  await writeFile(path.join(base, 'secret.csv'), 'secret');
});
afterEach(() => rm(base, { recursive: true }));

describe("a workspace's reach", () => {
  it('finds a file, and the files of a pattern by name', async () => {
    const reach = rootedReach(root);
    expect(await reach.toRead('data/a.csv')).toEqual([path.join(root, 'data', 'a.csv')]);
    expect(await reach.toRead('data/?.csv')).toEqual([
      path.join(root, 'data', 'a.csv'),
      path.join(root, 'data', 'b.csv'),
    ]);
    expect(await reach.toRead('data/odd[1].csv')).toEqual([path.join(root, 'data', 'odd[1].csv')]);
  });

  it.each([
    ['..', '../secret.csv'],
    ['.. inside', 'data/../../secret.csv'],
    ['.. that comes back', 'data/../data/a.csv'],
    ['backslashes', 'data\\..\\..\\secret.csv'],
    ['an absolute path', '/etc/passwd'],
    ['a NUL', 'data/a.csv\0'],
    ['the root itself', '.'],
    ['a pattern above', '../*.csv'],
  ])('refuses %s', async (_, named) => {
    const reach = rootedReach(root);
    await expect(reach.toRead(named)).rejects.toMatchObject({ code: 'path-outside' });
    await expect(reach.toWrite(named)).rejects.toMatchObject({ code: 'path-outside' });
  });

  it('refuses links: to a file, to a folder, and to where a file is to be written', async () => {
    await symlink(path.join(base, 'secret.csv'), path.join(root, 'data', 'link.csv'));
    await symlink(base, path.join(root, 'up'));
    const reach = rootedReach(root);
    await expect(reach.toRead('data/link.csv')).rejects.toMatchObject({ code: 'path-outside' });
    await expect(reach.toRead('data/*.csv')).rejects.toMatchObject({ code: 'path-outside' });
    await expect(reach.toRead('up/secret.csv')).rejects.toMatchObject({ code: 'path-outside' });
    await expect(reach.toWrite('up/new/out.csv')).rejects.toMatchObject({ code: 'path-outside' });
    await expect(reach.toWrite('data/link.csv')).rejects.toMatchObject({ code: 'path-outside' });
  });

  it('gives the place of a file that does not exist yet', async () => {
    expect(await rootedReach(root).toWrite('out/2024/new.csv')).toBe(
      path.join(root, 'out', '2024', 'new.csv'),
    );
  });

  it('says when there is no such file, without telling where the root is', async () => {
    const error: unknown = await rootedReach(root)
      .toRead('data/none*.csv')
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'file-not-found' });
    expect(JSON.stringify(error)).not.toContain(root);
    await expect(rootedReach(root).toRead('data')).rejects.toMatchObject({ code: 'file-not-found' });
  });
});

describe("the command line's reach", () => {
  it("takes any path, counted from the document's folder", async () => {
    expect(await openReach(root).toRead('../secret.csv')).toEqual([path.join(base, 'secret.csv')]);
    expect(await openReach(root).toWrite('out/x.csv')).toBe(path.join(root, 'out', 'x.csv'));
  });
});

describe('where a file is to be written', () => {
  it('is no device and no pipe, nor below a file', async () => {
    execFileSync('mkfifo', [path.join(root, 'pipe')]);
    for (const reach of [openReach(root), rootedReach(root)]) {
      await expect(reach.toWrite('pipe')).rejects.toMatchObject({ code: 'path-not-a-file' });
      await expect(reach.toWrite('data/a.csv/b/c.csv')).rejects.toMatchObject({ code: 'path-is-file' });
    }
    await expect(openReach(root).toWrite('/dev/null')).rejects.toMatchObject({ code: 'path-not-a-file' });
  });

  it('is what a link of the person at the command line means, if it means anything', async () => {
    await symlink(path.join(base, 'secret.csv'), path.join(root, 'link.csv'));
    await symlink(path.join(base, 'gone.csv'), path.join(root, 'dangling.csv'));
    await symlink(path.join(root, 'data'), path.join(root, 'other'));
    expect(await openReach(root).toWrite('link.csv')).toBe(path.join(base, 'secret.csv'));
    await expect(openReach(root).toWrite('dangling.csv')).rejects.toMatchObject({ code: 'path-not-a-file' });
    expect(await realPlace(path.join(root, 'other', 'new', 'x.csv'))).toBe(
      path.join(root, 'data', 'new', 'x.csv'),
    );
  });
});

it('a search that nobody waits for any more ends', async () => {
  const began = performance.now();
  await expect(openReach(root).toRead('/**/*.no-such-file', AbortSignal.timeout(50))).rejects.toThrow();
  expect(performance.now() - began).toBeLessThan(5000);
});

import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openReach, rootedReach } from './file-root.ts';

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

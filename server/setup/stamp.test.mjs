import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashSources } from './stamp.mjs';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-stamp-'));
  await mkdir(path.join(folder, 'app/deep'), { recursive: true });
  await writeFile(path.join(folder, 'app/page.tsx'), 'page');
  await writeFile(path.join(folder, 'app/deep/layout.tsx'), 'layout');
  await writeFile(path.join(folder, 'settings.json'), '{}');
});

afterEach(() => rm(folder, { recursive: true }));

const hash = () => hashSources(folder, ['app', 'settings.json', 'absent']);

test('equal content gives an equal hash, whatever was touched', async () => {
  const before = await hash();
  await writeFile(path.join(folder, 'app/page.tsx'), 'page');
  expect(await hash()).toBe(before);
});

test.each([
  ['a changed file', 'app/deep/layout.tsx', 'other'],
  ['a new file', 'app/deep/new.ts', ''],
  ['a file given by name', 'settings.json', '{ }'],
  ['a folder that was absent', 'absent/file.ts', 'x'],
])('%s changes the hash', async (_what, file, content) => {
  const before = await hash();
  await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
  await writeFile(path.join(folder, file), content);
  expect(await hash()).not.toBe(before);
});

test('a renamed file changes the hash though the content is the same', async () => {
  const before = await hash();
  await rm(path.join(folder, 'app/page.tsx'));
  await writeFile(path.join(folder, 'app/pages.tsx'), 'page');
  expect(await hash()).not.toBe(before);
});

test('tests and node cases do not cause a build', async () => {
  const before = await hash();
  await mkdir(path.join(folder, 'app/cases'));
  await writeFile(path.join(folder, 'app/page.test.ts'), 'a test');
  await writeFile(path.join(folder, 'app/cases/nulls.json'), '{}');
  expect(await hash()).toBe(before);
});

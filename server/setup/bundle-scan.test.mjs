import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { scanBundle } from './bundle-scan.mjs';

let build = '';

beforeEach(async () => {
  build = await mkdtemp(path.join(tmpdir(), 'sluice-bundle-'));
  await mkdir(path.join(build, 'static/chunks'), { recursive: true });
  await writeFile(path.join(build, 'static/chunks/page.js'), 'console.log("hello");');
});

afterEach(() => rm(build, { recursive: true }));

test('a clean bundle has no faults', async () => {
  expect(await scanBundle(build)).toEqual([]);
});

test('the name of a secret is found in any file', async () => {
  await writeFile(path.join(build, 'static/chunks/other.js'), 'const role="service_role";');
  expect(await scanBundle(build)).toEqual([expect.stringContaining('other.js holds "service_role"')]);
});

test('too large a file, and too large a whole, are named', async () => {
  const faults = await scanBundle(build, { total: 10, largestFile: 20 });
  expect(faults).toEqual([expect.stringContaining('page.js is'), expect.stringContaining('all files are')]);
});

test('an empty build is not taken for a clean one', async () => {
  await rm(path.join(build, 'static/chunks/page.js'));
  expect(await scanBundle(build)).toEqual([expect.stringContaining('no browser files')]);
});

import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { missingEntries, platformOf } from './lock-file.mjs';
import { inRoot } from './paths.mjs';

describe('package-lock.json', () => {
  test('holds the packages of every platform, so that npm ci accepts it everywhere', async () => {
    const lock = JSON.parse(await readFile(inRoot('package-lock.json'), 'utf8'));
    expect(missingEntries(lock.packages)).toEqual({});
  });

  test('names no place to download from', async () => {
    expect(await readFile(inRoot('package-lock.json'), 'utf8')).not.toMatch(/"resolved": "\w+:/);
  });
});

describe('missing entries', () => {
  test('are the optional packages that are nowhere to be found', () => {
    const packages = {
      '': {},
      'node_modules/tool': {
        dev: true,
        optionalDependencies: {
          '@tool/here-linux-x64': '1.0.0',
          '@tool/near': '1.0.0',
          '@tool/gone-darwin-arm64': 'v1.0.0-2',
        },
      },
      'node_modules/@tool/here-linux-x64': { version: '1.0.0' },
      'node_modules/tool/node_modules/@tool/near': { version: '1.0.0' },
    };
    expect(missingEntries(packages)).toEqual({
      'node_modules/@tool/gone-darwin-arm64': {
        version: '1.0.0-2',
        dev: true,
        optional: true,
        os: ['darwin'],
        cpu: ['arm64'],
      },
    });
  });

  test.each([
    ['@oxc-parser/binding-linux-arm-musleabihf', { os: ['linux'], cpu: ['arm'], libc: ['musl'] }],
    ['@next/swc-win32-x64-msvc', { os: ['win32'], cpu: ['x64'] }],
    ['@oxc-parser/binding-linux-s390x-gnu', { os: ['linux'], cpu: ['s390x'], libc: ['glibc'] }],
    ['@tailwindcss/oxide-wasm32-wasi', { cpu: ['wasm32'] }],
  ])('%s is for its platform', (name, platform) => {
    expect(platformOf(name)).toEqual(platform);
  });
});

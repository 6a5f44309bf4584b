import { expect, it } from 'vitest';
import { bytesOf, memoryLimitOf } from './run-limits.ts';

const settings = { mode: 'auto', staging: 'auto', counts: 'exact' } as const;

it.each([
  ['512MB', 512e6],
  ['1.5 GiB', 1.5 * 2 ** 30],
  ['100 B', 100],
  ['2kb', 2000],
  [12345, 12345],
] as const)('reads %s', (size, bytes) => {
  expect(bytesOf(size)).toBe(bytes);
});

it('gives a run what it asks for, within its share', () => {
  expect(memoryLimitOf(settings, 1e9)).toBe(1e9);
  expect(memoryLimitOf({ ...settings, memoryLimit: '500MB' }, 1e9)).toBe(500e6);
  expect(memoryLimitOf({ ...settings, memoryLimit: '50GB' }, 1e9)).toBe(1e9);
});

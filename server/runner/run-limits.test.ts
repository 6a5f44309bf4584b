import { expect, it } from 'vitest';
import { bytesOf, memoryLimitOf } from './run-limits.ts';

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
  expect(memoryLimitOf(undefined, 1e9)).toBe(1e9);
  expect(memoryLimitOf('500MB', 1e9)).toBe(500e6);
  expect(memoryLimitOf('50GB', 1e9)).toBe(1e9);
  // DuckDB could do nothing at all with less.
  expect(memoryLimitOf('1MB', 1e9)).toBe(100e6);
});

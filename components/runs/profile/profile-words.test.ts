import { describe, expect, it } from 'vitest';
import type { ColumnProfile } from '#lib/contracts/profile.ts';
import { allDiffer, columnSentence, distinctText, rangeText, valueText } from './profile-words.ts';

const column = (part: Partial<ColumnProfile>): ColumnProfile => ({
  name: 'delay',
  type: 'INTEGER',
  kind: 'number',
  nulls: 0,
  distinct: { count: 10, approximate: false },
  min: null,
  max: null,
  mean: null,
  notFinite: null,
  quantiles: null,
  lengths: null,
  top: null,
  histogram: null,
  ...part,
});

describe('a value', () => {
  it.each([
    [null, 'NULL'],
    ['', '(empty)'],
    [1234567, '1,234,567'],
    [0.1 + 0.2, '0.3'],
    [1e300, '1E300'],
    [0.0000123, '1.23E-5'],
    ['2024-01-01T12:00:00', '2024-01-01 12:00:00'],
    ['not 2024-01-01T12:00:00', 'not 2024-01-01T12:00:00'],
    ['two\nlines', 'two lines'],
    ['12345678901234567890.12', '12345678901234567890.12'],
    [true, 'true'],
  ])('%j is written %j', (value, text) => {
    expect(valueText(value)).toBe(text);
  });
});

it('an estimate is not written to its last digit', () => {
  expect(distinctText(column({ distinct: { count: 298_417, approximate: true } }))).toBe('≈ 298,000');
  expect(distinctText(column({ distinct: { count: 7, approximate: true } }))).toBe('≈ 7');
  expect(distinctText(column({ distinct: { count: 298_417, approximate: false } }))).toBe('298,417');
});

it('values all differ where each was counted, or where no estimate speaks against it', () => {
  expect(allDiffer(column({ distinct: { count: 10, approximate: false } }), 10)).toBe(true);
  expect(allDiffer(column({ distinct: { count: 9, approximate: false } }), 10)).toBe(false);
  expect(allDiffer(column({ distinct: { count: 970, approximate: true } }), 1000)).toBe(true);
  expect(allDiffer(column({ distinct: { count: 970, approximate: true }, top: [] }), 1000)).toBe(false);
  expect(allDiffer(column({ nulls: 9, distinct: { count: 1, approximate: false } }), 10)).toBe(false);
});

it('of instants of different days the days are enough', () => {
  const range = (min: string, max: string) => rangeText(column({ min, max }));
  expect(range('2024-01-01T08:00:00', '2024-07-01T00:00:00')).toBe('2024-01-01 – 2024-07-01');
  expect(range('2024-01-01T08:00:00', '2024-01-01T09:30:00')).toBe(
    '2024-01-01 08:00:00 – 2024-01-01 09:30:00',
  );
});

it('a column is told in a sentence', () => {
  expect(rangeText(column({ min: 1, max: 1 }))).toBe('1');
  expect(columnSentence(column({ nulls: 25, min: -3, max: 1200, mean: 7.25 }), 100)).toBe(
    'delay, INTEGER, 25 % NULL, 10 distinct, from -3 to 1,200, mean 7.25',
  );
});

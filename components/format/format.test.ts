import { describe, expect, it } from 'vitest';
import { formatBytes, formatPlural, formatRows, formatShare } from './numbers.ts';
import { formatClock, formatDay, formatDuration, formatExact, formatRelative } from './time.ts';

describe('numbers', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [1_234_567, '1.2 MB'],
    [99_600, '100 kB'],
    [999_600, '1.0 MB'],
    [118_000_000, '118 MB'],
    [5_000_000_000_000_000, '5000 TB'],
  ])('%d bytes are %s', (bytes, words) => {
    expect(formatBytes(bytes)).toBe(words);
  });

  it('says what is known of a row count', () => {
    expect(formatRows(2_984_113)).toBe('2,984,113');
    expect(formatRows(0, 12)).toBe('0');
    expect(formatRows(null, 1000)).toBe('≥ 1,000');
    expect(formatRows(null)).toBe('–');
  });

  it('counts one and many', () => {
    expect(formatPlural(1, 'row')).toBe('1 row');
    expect(formatPlural(0, 'row')).toBe('0 rows');
    expect(formatPlural(1200, 'query', 'queries')).toBe('1,200 queries');
  });

  it('never calls nearly all "all", nor hardly any "none"', () => {
    expect(formatShare(0.999)).toBe('99 %');
    expect(formatShare(1)).toBe('100 %');
    expect(formatShare(0.001)).toBe('1 %');
    expect(formatShare(0)).toBe('0 %');
  });
});

describe('durations', () => {
  it.each([
    [0, '0 ms'],
    [42.6, '43 ms'],
    [999.4, '999 ms'],
    [999.6, '1.0 s'],
    [2_449, '2.4 s'],
    [9_960, '10 s'],
    [59_499, '59 s'],
    [59_600, '1 min 00 s'],
    [192_000, '3 min 12 s'],
    [3_599_600, '1 h 00 min'],
    [7_500_000, '2 h 05 min'],
    [273_600_000, '3 d 04 h'],
  ])('%d ms is %s', (ms, words) => {
    expect(formatDuration(ms)).toBe(words);
  });

  it('runs a clock', () => {
    expect(formatClock(7_900)).toBe('0:07');
    expect(formatClock(751_000)).toBe('12:31');
    expect(formatClock(3_729_000)).toBe('1:02:09');
    expect(formatClock(-200)).toBe('0:00');
  });
});

describe('times', () => {
  const now = new Date('2025-03-12T13:00:00Z');
  const view = { now, timeZone: 'Europe/Berlin' };
  const at = (iso: string) => new Date(iso);

  it.each([
    ['2025-03-12T12:59:30Z', 'just now'],
    ['2025-03-12T13:00:20Z', 'in less than a minute'],
    ['2025-03-12T12:57:00Z', '3 min ago'],
    ['2025-03-12T15:00:00Z', 'in 2 h'],
    ['2025-03-12T12:00:10Z', '1 h ago'],
    ['2025-03-11T23:30:00Z', 'today 00:30'],
    ['2025-03-11T22:30:00Z', 'yesterday 23:30'],
    ['2025-03-13T05:00:00Z', 'tomorrow 06:00'],
    ['2025-03-16T05:00:00Z', 'Sun 06:00'],
    ['2025-01-02T05:00:00Z', '2 Jan 06:00'],
    ['2024-12-24T05:00:00Z', '24 Dec 2024 06:00'],
  ])('%s is %s', (iso, words) => {
    expect(formatRelative(at(iso), view)).toBe(words);
  });

  it('counts calendar days over a change of clocks', () => {
    // In Berlin, 30 March 2025 has 23 hours.
    expect(
      formatDay(at('2025-03-30T22:30:00Z'), { now: at('2025-03-29T23:30:00Z'), timeZone: 'Europe/Berlin' }),
    ).toBe('tomorrow 00:30');
  });

  it('is exact when asked', () => {
    expect(formatExact(at('2025-03-12T13:05:09Z'), 'Europe/Berlin')).toBe('Wed 12 Mar 2025, 14:05:09 CET');
  });
});

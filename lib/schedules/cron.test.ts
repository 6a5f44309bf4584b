import { describe, expect, it } from 'vitest';
import { checkCron, cronSentence, nextTime, nextTimes } from './cron.ts';

const BERLIN = 'Europe/Berlin';
const iso = (dates: Date[]) => dates.map((date) => date.toISOString());
const next = (cron: string, after: string, count: number, timeZone = BERLIN) =>
  iso(nextTimes({ cron, timeZone }, new Date(after), count));

// In Berlin 2026 the clocks go from 02:00 to 03:00 on 29 March (01:00 UTC) and from 03:00 back to 02:00 on
// 25 October (01:00 UTC).
describe('when clocks change', () => {
  it('runs a daily time that the gap swallows at the first moment after it, and once', () => {
    expect(next('30 2 * * *', '2026-03-28T12:00:00Z', 2)).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
  });

  it('leaves out what the gap swallows of a time with several hours', () => {
    // 01:30 (00:30 UTC), no 02:30, 03:30 (01:30 UTC), then 01:30 of the day after.
    expect(next('30 1-3 * * *', '2026-03-28T22:00:00Z', 3)).toEqual([
      '2026-03-29T00:30:00.000Z',
      '2026-03-29T01:30:00.000Z',
      '2026-03-29T23:30:00.000Z',
    ]);
  });

  it('runs a daily time in the doubled hour once, at its first moment', () => {
    expect(next('30 2 * * *', '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
  });

  it('runs an hourly time in both of the doubled hours', () => {
    expect(next('30 * * * *', '2026-10-25T00:00:00Z', 3)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T01:30:00.000Z',
      '2026-10-25T02:30:00.000Z',
    ]);
  });

  it('keeps the hour on the wall on both sides of a change', () => {
    expect(next('0 7 * * *', '2026-03-28T00:00:00Z', 2)).toEqual([
      '2026-03-28T06:00:00.000Z',
      '2026-03-29T05:00:00.000Z',
    ]);
  });
});

describe('cron times', () => {
  it('never answers the moment itself', () => {
    expect(
      nextTime({ cron: '* * * * *', timeZone: 'UTC' }, new Date('2026-01-01T00:00:00Z'))?.toISOString(),
    ).toBe('2026-01-01T00:01:00.000Z');
  });

  it('knows the last day of February', () => {
    expect(next('0 0 L 2 *', '2028-01-01T00:00:00Z', 1, 'UTC')).toEqual(['2028-02-29T00:00:00.000Z']);
  });

  it('says it in words', () => {
    expect(cronSentence('30 7 * * 1-5')).toBe('At 07:30, Monday through Friday');
  });

  it.each(['* * * * * *', '61 * * * *', '@daily', 'noon', '', '* * * * ?', '0 0 31 2 *'])(
    'refuses %j',
    (cron) => {
      expect(() => {
        checkCron({ cron, timeZone: 'UTC' }, new Date('2026-01-01T00:00:00Z'));
      }).toThrow(expect.objectContaining({ code: 'bad-cron', kind: 'user' }));
    },
  );

  it('refuses a zone that does not exist', () => {
    expect(() => {
      checkCron({ cron: '* * * * *', timeZone: 'Mars/Base' }, new Date());
    }).toThrow(expect.objectContaining({ code: 'bad-time-zone' }));
  });
});

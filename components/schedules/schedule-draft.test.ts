import { describe, expect, it } from 'vitest';
import { CUSTOM, presetOf, PRESETS } from './cron-presets.ts';
import { readCron } from './schedule-draft.ts';

const now = new Date('2025-03-12T10:00:00Z');

describe('reading a cron time', () => {
  it('tells the next five times in the zone', () => {
    const reading = readCron('0 7 * * *', 'Europe/Berlin', now);
    expect(reading.ok && reading.next.map((time) => time.toISOString()).slice(0, 2)).toEqual([
      '2025-03-13T06:00:00.000Z',
      '2025-03-14T06:00:00.000Z',
    ]);
    expect(reading.ok && reading.next).toHaveLength(5);
  });

  it('says what is wrong', () => {
    const reading = readCron('61 * * * *', 'UTC', now);
    expect(!reading.ok && reading.error.code).toBe('bad-cron');
    const never = readCron('0 0 30 2 *', 'UTC', now);
    expect(never.ok).toBe(false);
  });
});

describe('presets', () => {
  it.each(PRESETS.map((preset) => [preset.id, preset.cron] as const))('%s is recognised', (id, cron) => {
    expect(presetOf(cron.replaceAll(' ', '  '))).toBe(id);
    expect(readCron(cron, 'UTC', now).ok).toBe(true);
  });

  it('calls anything else custom', () => {
    expect(presetOf('5 4 * * *')).toBe(CUSTOM);
  });
});

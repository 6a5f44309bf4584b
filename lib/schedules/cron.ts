import { Cron } from 'croner';
import cronstrue from 'cronstrue';
import { AppError } from '../errors/app-error.ts';

export interface CronTime {
  /** Minute, hour, day of month, month, day of week: five fields. */
  cron: string;
  /** IANA name, `Europe/Berlin`. */
  timeZone: string;
}

/**
 * The next time after `after`, or null when there is none. When clocks change, croner keeps the custom of cron:
 * a time that names one minute and one hour (`30 2 * * *`) runs once a day, in spring at the first moment after the
 * gap it fell into, in autumn at the first of its two moments; a time with lists, steps or stars goes by the clock on
 * the wall, so it leaves out what the gap swallows and runs in both of the doubled hours.
 */
export function nextTime(time: CronTime, after: Date): Date | null {
  return compile(time).nextRun(after);
}

/** The next `count` times after `after`, soonest first. */
export function nextTimes(time: CronTime, after: Date, count: number): Date[] {
  return compile(time).nextRuns(count, after);
}

/** The cron text in words: "At 07:30, Monday through Friday". Throws as `checkCron` does. */
export function cronSentence(cron: string): string {
  checkFields(cron);
  return cronstrue.toString(cron, { use24HourTimeFormat: true });
}

/** Throws a `user` AppError that says what is wrong: `bad-cron`, `bad-time-zone`. */
export function checkCron(time: CronTime, now: Date): void {
  if (nextTime(time, now) === null) {
    throw new AppError('bad-cron', `“${time.cron}” never comes.`, {
      hint: 'Is there such a day in that month?',
    });
  }
}

function compile(time: CronTime): Cron {
  checkFields(time.cron);
  try {
    new Intl.DateTimeFormat('en', { timeZone: time.timeZone });
  } catch (cause) {
    throw new AppError('bad-time-zone', `“${time.timeZone}” is no time zone.`, {
      hint: 'Use a name such as Europe/Berlin or UTC.',
      cause,
    });
  }
  return parse(time.cron, time.timeZone);
}

/** Nicknames (`@daily`) and `?` are left out: they read differently from one cron to the next. */
function checkFields(cron: string): void {
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== 5 || cron.includes('?') || cron.startsWith('@')) {
    throw new AppError('bad-cron', `“${cron}” is not a cron time.`, {
      hint: 'Write five fields: minute, hour, day of month, month, day of week. “0 7 * * 1-5” is 07:00 on weekdays.',
    });
  }
  parse(cron, 'UTC');
}

function parse(cron: string, timeZone: string): Cron {
  try {
    return new Cron(cron, { timezone: timeZone, mode: '5-part', paused: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replace(/^CronPattern: /, '') : String(cause);
    throw new AppError('bad-cron', `“${cron}” is not a cron time: ${reason}`, {
      hint: 'The fields are minute (0–59), hour (0–23), day of month (1–31), month (1–12), day of week (0–7).',
      cause,
    });
  }
}

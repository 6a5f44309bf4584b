const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long something took: `43 ms`, `2.4 s`, `3 min 12 s`, `2 h 05 min`, `3 d 04 h`. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 59_500) return `${Math.round(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${pad(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${pad(minutes % 60)} min`;
  return `${Math.floor(hours / 24)} d ${pad(hours % 24)} h`;
}

const pad = (value: number) => String(value).padStart(2, '0');

/** A running clock, which must not flicker between units: `0:07`, `12:31`, `1:02:09`. */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const tail = `${hours > 0 ? pad(minutes) : minutes}:${pad(seconds % 60)}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
}

export interface TimeView {
  now: Date;
  /** IANA name; the browser's unless told. */
  timeZone?: string | undefined;
}

/** Distance from now within a day, else the date: `just now`, `3 min ago`, `in 2 h`, `yesterday 14:05`, `12 Mar 14:05`. */
export function formatRelative(instant: Date, view: TimeView): string {
  const distance = instant.getTime() - view.now.getTime();
  const size = Math.abs(distance);
  if (size < 45_000) return distance > 5_000 ? 'in less than a minute' : 'just now';
  const words = size < 59.5 * MINUTE ? `${Math.round(size / MINUTE)} min` : `${Math.round(size / HOUR)} h`;
  if (size < 11.5 * HOUR) return distance > 0 ? `in ${words}` : `${words} ago`;
  return formatDay(instant, view);
}

/** `today 14:05`, `tomorrow 06:00`, `Mon 14:05` within a week, `12 Mar 14:05`, `12 Mar 2024 14:05`. */
export function formatDay(instant: Date, view: TimeView): string {
  const days = dayNumber(instant, view.timeZone) - dayNumber(view.now, view.timeZone);
  const time = format(instant, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, view.timeZone);
  if (days === 0) return `today ${time}`;
  if (days === -1) return `yesterday ${time}`;
  if (days === 1) return `tomorrow ${time}`;
  if (days > 1 && days < 7) return `${format(instant, { weekday: 'short' }, view.timeZone)} ${time}`;
  const year = format(instant, { year: 'numeric' }, view.timeZone);
  const sameYear = year === format(view.now, { year: 'numeric' }, view.timeZone);
  return `${formatDate(instant, view.timeZone)}${sameYear ? '' : ` ${year}`} ${time}`;
}

/** `12 Mar` */
export function formatDate(instant: Date, timeZone?: string): string {
  return `${format(instant, { day: 'numeric' }, timeZone)} ${format(instant, { month: 'short' }, timeZone)}`;
}

/** For a tooltip: `Wed 12 Mar 2025, 14:05:09 UTC+1`. */
export function formatExact(instant: Date, timeZone?: string): string {
  const date = format(
    instant,
    { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
    timeZone,
  );
  const time = format(
    instant,
    { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZoneName: 'short' },
    timeZone,
  );
  return `${date.replaceAll(',', '')}, ${time}`;
}

/** `14:05:09.123`, for log lines. */
export function formatTimeOfDay(instant: Date, timeZone?: string): string {
  return format(
    instant,
    { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hourCycle: 'h23' },
    timeZone,
  );
}

/** Days since 1970 of the calendar in that zone: differences are whole days, also over a change of clocks. */
function dayNumber(instant: Date, timeZone: string | undefined): number {
  const [year, month, day] = format(
    instant,
    { year: 'numeric', month: '2-digit', day: '2-digit' },
    timeZone,
    'sv-SE',
  )
    .split('-')
    .map(Number) as [number, number, number];
  return Math.round(Date.UTC(year, month - 1, day) / DAY);
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function format(
  instant: Date,
  options: Intl.DateTimeFormatOptions,
  timeZone: string | undefined,
  locale = 'en-GB',
): string {
  const key = `${locale} ${timeZone ?? ''} ${JSON.stringify(options)}`;
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(locale, timeZone === undefined ? options : { ...options, timeZone });
    formatters.set(key, formatter);
  }
  return formatter.format(instant);
}

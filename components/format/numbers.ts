const grouped = new Intl.NumberFormat('en-US');
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

/** `2,984,113` */
export function formatCount(count: number): string {
  return grouped.format(count);
}

/** `3M`, where there is no room for every digit. */
export function formatCompact(count: number): string {
  return compact.format(count);
}

/** `1 row`, `2,984,113 rows`. The plural is the word with an s unless told. */
export function formatPlural(count: number, word: string, plural = `${word}s`): string {
  return `${formatCount(count)} ${count === 1 ? word : plural}`;
}

/** What came out of a node: `599,055`, `≥ 1,000` where only that is known, `–` where nothing is. */
export function formatRows(rows: number | null, atLeast: number | null = null): string {
  if (rows !== null) return formatCount(rows);
  return atLeast === null ? '–' : `≥ ${formatCount(atLeast)}`;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Decimal units, three digits at most: `43 B`, `1.2 MB`, `118 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.5 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** `97 %` of a share from 0 to 1. Never rounds to all or nothing what is neither. */
export function formatShare(share: number): string {
  const percent = Math.round(share * 100);
  if (percent === 100 && share < 1) return '99 %';
  if (percent === 0 && share > 0) return '1 %';
  return `${percent} %`;
}

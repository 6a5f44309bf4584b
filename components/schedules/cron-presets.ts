/** A rhythm in words and as cron; `time` says whether the hour and minute are the person's to choose. */
export const PRESETS = [
  { id: 'minutes', label: 'Every 15 minutes', cron: '*/15 * * * *' },
  { id: 'hour', label: 'Every hour', cron: '0 * * * *' },
  { id: 'day', label: 'Every day at 07:00', cron: '0 7 * * *' },
  { id: 'weekday', label: 'Weekdays at 07:00', cron: '0 7 * * 1-5' },
  { id: 'week', label: 'Mondays at 07:00', cron: '0 7 * * 1' },
  { id: 'month', label: 'The 1st of each month at 07:00', cron: '0 7 1 * *' },
] as const;

export const CUSTOM = 'custom';

/** The preset that a cron text is, or `custom`. */
export function presetOf(cron: string): string {
  const normal = cron.trim().replace(/\s+/g, ' ');
  return PRESETS.find((preset) => preset.cron === normal)?.id ?? CUSTOM;
}

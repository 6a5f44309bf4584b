import type { RunsQuery } from '#components/hooks/use-runs.ts';
import { RUN_STATUSES, type RunStatus } from '#lib/contracts/run-record.ts';

export const PERIODS = ['any', '24h', '7d', '30d', 'dates'] as const;
export type Period = (typeof PERIODS)[number];

/** What the runs list shows, as it stands in the address bar. */
export interface RunFilters {
  pipeline: string | null;
  status: RunStatus | null;
  period: Period;
  /** Days, `2025-03-12`, both included; only with `dates`. */
  fromDay: string | null;
  toDay: string | null;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const UUID = /^[0-9a-f-]{36}$/i;

/** Reads filters from an address; what makes no sense there is as if it were not there. */
export function readFilters(params: URLSearchParams): RunFilters {
  const status = params.get('status');
  const period = params.get('period');
  const day = (name: string) => {
    const value = params.get(name);
    return value !== null && DAY.test(value) ? value : null;
  };
  const pipeline = params.get('pipeline');
  return {
    pipeline: pipeline !== null && UUID.test(pipeline) ? pipeline : null,
    status: RUN_STATUSES.find((known) => known === status) ?? null,
    period: PERIODS.find((known) => known === period) ?? 'any',
    fromDay: day('from'),
    toDay: day('to'),
  };
}

/** The address of these filters, `/runs` without any. */
export function filtersHref(filters: RunFilters): string {
  const params = new URLSearchParams();
  if (filters.pipeline) params.set('pipeline', filters.pipeline);
  if (filters.status) params.set('status', filters.status);
  if (filters.period !== 'any') params.set('period', filters.period);
  if (filters.period === 'dates' && filters.fromDay) params.set('from', filters.fromDay);
  if (filters.period === 'dates' && filters.toDay) params.set('to', filters.toDay);
  return params.size > 0 ? `/runs?${params}` : '/runs';
}

const HOUR_MS = 3_600_000;
const PERIOD_HOURS = { '24h': 24, '7d': 7 * 24, '30d': 30 * 24 } as const;

/** The query of these filters. Days are the viewer's own, from midnight to midnight. */
export function filtersQuery(filters: RunFilters, now: Date): RunsQuery {
  return {
    limit: 50,
    ...(filters.pipeline ? { pipeline: filters.pipeline } : {}),
    ...(filters.status ? { status: filters.status } : {}),
    ...periodQuery(filters, now),
  };
}

function periodQuery({ period, fromDay, toDay }: RunFilters, now: Date): Pick<RunsQuery, 'from' | 'to'> {
  switch (period) {
    case 'any':
      return {};
    case '24h':
    case '7d':
    case '30d':
      return { from: new Date(now.getTime() - PERIOD_HOURS[period] * HOUR_MS).toISOString() };
    case 'dates':
      return {
        ...(fromDay ? { from: midnight(fromDay, 0) } : {}),
        ...(toDay ? { to: midnight(toDay, 1) } : {}),
      };
  }
}

function midnight(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}

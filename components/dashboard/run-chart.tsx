'use client';

import { useState, type ReactNode } from 'react';
import { formatCount, formatShare } from '#components/format/numbers.ts';
import { formatDate, formatDuration } from '#components/format/time.ts';
import { cn } from '#components/ui/cn.ts';
import type { DayBucket, HistorySummary } from './history.ts';

const WIDTH = 600;
const HEIGHT = 88;
const GAP = 4;

interface ChartProps {
  days: readonly DayBucket[];
  summary: HistorySummary;
}

/** Runs per day: what succeeded below, what failed on top. */
export function SuccessChart({ days, summary }: ChartProps) {
  const most = Math.max(1, ...days.map((day) => day.succeeded + day.failed + day.cancelled));
  const heightOf = (count: number) => (count === 0 ? 0 : Math.max(2, (count / most) * (HEIGHT - 2)));
  const share = summary.total === 0 ? null : summary.succeeded / summary.total;
  return (
    <Chart
      title="Success"
      value={share === null ? '–' : formatShare(share)}
      caption={`${formatCount(summary.succeeded)} of ${formatCount(summary.total)} runs in 30 days`}
      days={days}
      captionOf={(day) => dayWords(day)}
      bar={(day, { x, width }) => {
        const good = heightOf(day.succeeded);
        const bad = heightOf(day.failed);
        const given = heightOf(day.cancelled);
        return (
          <>
            <rect
              x={x}
              width={width}
              y={HEIGHT - good}
              height={good}
              rx={1.5}
              fill="var(--status-succeeded)"
              opacity={0.7}
            />
            <rect
              x={x}
              width={width}
              y={HEIGHT - good - bad - (good > 0 ? 1.5 : 0)}
              height={bad}
              rx={1.5}
              fill="var(--status-failed)"
            />
            <rect
              x={x}
              width={width}
              y={HEIGHT - good - bad - given - 3}
              height={given}
              rx={1.5}
              fill="var(--status-cancelled)"
              opacity={0.5}
            />
          </>
        );
      }}
    />
  );
}

function dayWords(day: DayBucket): string {
  const parts = [
    day.succeeded > 0 ? `${formatCount(day.succeeded)} succeeded` : '',
    day.failed > 0 ? `${formatCount(day.failed)} failed` : '',
    day.cancelled > 0 ? `${formatCount(day.cancelled)} cancelled` : '',
  ].filter(Boolean);
  return parts.length === 0 ? 'no runs' : parts.join(', ');
}

/** Median duration per day of the runs that succeeded. */
export function DurationChart({ days, summary }: ChartProps) {
  const longest = Math.max(1, ...days.map((day) => day.medianMs ?? 0));
  return (
    <Chart
      title="Duration"
      value={summary.medianMs === null ? '–' : formatDuration(summary.medianMs)}
      caption="median of successful runs in 30 days"
      days={days}
      captionOf={(day) =>
        day.medianMs === null ? 'nothing succeeded' : `median ${formatDuration(day.medianMs)}`
      }
      bar={(day, { x, width }) => {
        const height = day.medianMs === null ? 0 : Math.max(2, (day.medianMs / longest) * (HEIGHT - 2));
        return (
          <rect
            x={x}
            width={width}
            y={HEIGHT - height}
            height={height}
            rx={1.5}
            fill="var(--accent)"
            opacity={0.75}
          />
        );
      }}
    />
  );
}

interface BarChartProps {
  title: string;
  value: string;
  caption: string;
  days: readonly DayBucket[];
  captionOf: (day: DayBucket) => string;
  bar: (day: DayBucket, place: { x: number; width: number }) => ReactNode;
}

function Chart({ title, value, caption, days, captionOf, bar }: BarChartProps) {
  const [pointed, setPointed] = useState<number | null>(null);
  const step = WIDTH / days.length;
  const day = pointed === null ? undefined : days[pointed];
  return (
    <section className="flex min-w-0 flex-col rounded-panel border border-line bg-surface-1 p-4">
      <h2 className="text-12 font-medium text-ink-3">{title}</h2>
      <p className="mt-0.5 flex items-baseline gap-2">
        <span className="tnum shrink-0 text-20 font-semibold">{value}</span>
        <span className="tnum truncate text-12 text-ink-3">
          {day ? `${formatDate(day.day)}: ${captionOf(day)}` : caption}
        </span>
      </p>
      <svg
        role="img"
        aria-label={`${title}: ${value}, ${caption}`}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="mt-3 h-22 w-full"
        onPointerLeave={() => {
          setPointed(null);
        }}
      >
        {days.map((each, index) => (
          <g
            key={each.day.getTime()}
            onPointerEnter={() => {
              setPointed(index);
            }}
          >
            <rect x={index * step} width={step} height={HEIGHT} fill="transparent" />
            <rect
              x={index * step + GAP / 2}
              width={step - GAP}
              y={HEIGHT - 2}
              height={2}
              rx={1}
              fill="var(--line)"
            />
            <g className={cn('transition-opacity', pointed !== null && pointed !== index && 'opacity-50')}>
              {bar(each, { x: index * step + GAP / 2, width: step - GAP })}
            </g>
          </g>
        ))}
      </svg>
      <div aria-hidden className="tnum mt-1.5 flex justify-between text-[11px] leading-4 text-ink-3">
        <span>{days[0] ? formatDate(days[0].day) : ''}</span>
        <span>Today</span>
      </div>
    </section>
  );
}

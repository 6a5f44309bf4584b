'use client';

import type { CSSProperties } from 'react';
import { formatRows } from '#components/format/numbers.ts';
import { formatDuration } from '#components/format/time.ts';
import { useNow } from '#components/hooks/use-now.ts';
import { cn } from '#components/ui/cn.ts';
import { statusLook } from '#components/ui/status.ts';
import { StatusIcon } from '#components/ui/status-badge.tsx';
import type { LiveRun } from './live-run.ts';
import { timelineOf, type Timeline, type TimelineRow } from './timeline.ts';

export interface TimelineViewProps {
  run: LiveRun;
  selectedId: string | null;
  onSelect: (nodeId: string) => void;
}

const NAME_WIDTH = 'w-52';
const ROWS_WIDTH = 'w-24';

/** Which node worked when. */
export function TimelineView({ run, selectedId, onSelect }: TimelineViewProps) {
  const now = useNow('second');
  const timeline = timelineOf(run, now);
  return (
    <div className="relative h-full overflow-y-auto bg-surface-1 text-12">
      <Axis timeline={timeline} />
      <ul aria-label="Timeline">
        {timeline.rows.map((row) => (
          <li key={row.id}>
            <button
              type="button"
              aria-pressed={row.id === selectedId}
              onClick={() => {
                onSelect(row.id);
              }}
              className={cn(
                'flex h-7 w-full items-center text-left -outline-offset-2 hover:bg-surface-2',
                row.id === selectedId && 'bg-surface-3 hover:bg-surface-3',
              )}
            >
              <span className={cn('flex shrink-0 items-center gap-2 truncate pl-3', NAME_WIDTH)}>
                <StatusIcon status={row.reused ? 'reused' : row.status} />
                <span className="truncate">{row.name}</span>
              </span>
              <Bar row={row} />
              <span className={cn('tnum shrink-0 pr-4 text-right text-ink-2', ROWS_WIDTH)}>
                {row.rowsOut === null ? '' : formatRows(row.rowsOut)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Axis({ timeline }: { timeline: Timeline }) {
  return (
    <div
      aria-hidden
      className="sticky top-0 z-10 flex h-7 items-center border-b border-line bg-surface-1 text-ink-3"
    >
      <span className={cn('shrink-0 pl-3', NAME_WIDTH)}>Node</span>
      <span className="relative h-full min-w-0 flex-1">
        {timeline.ticks
          .filter((tick) => tick.share < 0.92)
          .map((tick) => (
            <span
              key={tick.ms}
              className="tnum absolute top-0 flex h-full items-center border-l border-line pl-1 text-[11px] whitespace-nowrap"
              style={{ left: `${tick.share * 100}%` }}
            >
              {tick.ms === 0 ? '0' : formatDuration(tick.ms)}
            </span>
          ))}
      </span>
      <span className={cn('shrink-0 pr-4 text-right', ROWS_WIDTH)}>Rows</span>
    </div>
  );
}

function Bar({ row }: { row: TimelineRow }) {
  const look = statusLook(row.reused ? 'reused' : row.status);
  if (!row.span) return <span className="min-w-0 flex-1 truncate pl-1 text-ink-3">{look.word}</span>;
  const { start, length, durationMs } = row.span;
  const label = row.leads
    ? `${formatDuration(durationMs)}${row.statementNodes > 1 ? ` for ${row.statementNodes} nodes in one statement` : ''}`
    : '';
  const end = start + length;
  const fills = fillsRow(label, { start, end });
  return (
    <span className="relative h-full min-w-0 flex-1">
      <span
        className={cn(
          'absolute top-1/2 -translate-y-1/2 rounded-[3px]',
          fills ? 'h-4' : 'h-2.5 opacity-80',
          look.fill,
          row.status === 'running' && 'animate-pulse',
        )}
        style={{ left: `${start * 100}%`, width: `max(3px, ${length * 100}%)` }}
      />
      <span
        className={cn(
          'tnum absolute top-1/2 -translate-y-1/2 px-1.5 text-[11px] whitespace-nowrap',
          fills ? 'font-medium text-surface-1' : 'text-ink-3',
        )}
        style={labelPlace(label, { start, end })}
      >
        {label}
      </span>
    </span>
  );
}

/** A share of the row that a text of that length is sure to fit in. */
const widthOf = (label: string): number => 0.02 + label.length * 0.012;

/** A bar that leaves no room beside it carries its label inside. */
const fillsRow = (label: string, { start, end }: { start: number; end: number }): boolean =>
  start < widthOf(label) && 1 - end < widthOf(label);

/** After the bar where there is room, else before it, else inside. */
function labelPlace(label: string, bar: { start: number; end: number }): CSSProperties {
  if (fillsRow(label, bar)) return { left: `${bar.start * 100}%` };
  return 1 - bar.end < widthOf(label)
    ? { right: `${(1 - bar.start) * 100}%` }
    : { left: `${bar.end * 100}%` };
}

'use client';

import { ChevronRight } from 'lucide-react';
import { useState, type KeyboardEvent } from 'react';
import { KindIcon } from '#components/data-grid/kind-icon.tsx';
import { shortType } from '#components/data-grid/column-kind.ts';
import { cn } from '#components/ui/cn.ts';
import type { ColumnProfile, Profile } from '#lib/contracts/profile.ts';
import { Histogram } from './histogram.tsx';
import { ProfileDetail } from './profile-detail.tsx';
import {
  allDiffer,
  bucketText,
  columnSentence,
  distinctText,
  rangeText,
  shareText,
  valueText,
} from './profile-words.ts';
import { TopValues } from './top-values.tsx';

/** Name and type, NULLs, distinct values, shape, range: one line where there is room, three where there is not. */
export const ROW_GRID =
  'grid grid-cols-[minmax(0,1fr)_auto_auto] items-center gap-x-4 @3xl:grid-cols-[minmax(120px,1fr)_84px_80px_minmax(170px,280px)_minmax(130px,1fr)_14px]';

export interface ProfileRowProps {
  column: ColumnProfile;
  profile: Profile;
}

/** A column of a profile; opens to show all that is known of it. */
export function ProfileRow({ column, profile }: ProfileRowProps) {
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState<number | null>(null);
  const bucket = active === null ? undefined : column.histogram?.[active];
  return (
    <li className="border-b border-line/70">
      <button
        type="button"
        data-profile-row
        aria-expanded={open}
        aria-label={columnSentence(column, profile.rows)}
        onKeyDown={moveFocus}
        onClick={() => {
          setOpen(!open);
        }}
        className={cn(
          ROW_GRID,
          'group w-full gap-y-1.5 px-3 py-2 text-left transition-colors hover:bg-surface-2 focus-visible:-outline-offset-2',
        )}
      >
        <span className="flex min-w-0 items-center gap-2">
          <KindIcon type={column.type} />
          <span className="flex min-w-0 flex-col">
            <span className="truncate text-13 font-medium whitespace-pre text-ink-1" title={column.name}>
              {column.name}
            </span>
            <span className="truncate font-mono text-[10px] leading-3 text-ink-3">
              {shortType(column.type)}
            </span>
          </span>
        </span>
        <NullShare column={column} rows={profile.rows} />
        <span className="tnum text-right text-12 text-ink-2 @3xl:text-left">
          {allDiffer(column, profile.rows) ? (
            'all differ'
          ) : (
            <>
              {distinctText(column)}
              <span className="text-ink-3 @3xl:hidden"> distinct</span>
            </>
          )}
        </span>
        <span className="col-span-3 @3xl:col-span-1">
          <Shape column={column} basis={profile.basis.rows} active={active} onActive={setActive} />
        </span>
        <span className="tnum col-span-3 flex min-w-0 justify-between gap-x-4 text-12 @3xl:col-span-1 @3xl:flex-col">
          {bucket ? (
            <span className="truncate text-ink-1">{bucketText(bucket, profile.basis.rows)}</span>
          ) : (
            <Range column={column} />
          )}
        </span>
        <ChevronRight
          aria-hidden
          className={cn(
            'hidden size-3.5 text-ink-3 opacity-60 transition-transform group-hover:opacity-100 @3xl:block',
            open && 'rotate-90',
          )}
        />
      </button>
      {open ? <ProfileDetail column={column} profile={profile} /> : null}
    </li>
  );
}

/** Arrows go from column to column. */
function moveFocus(event: KeyboardEvent<HTMLButtonElement>): void {
  const rows = [
    ...(event.currentTarget.closest('ul')?.querySelectorAll<HTMLElement>('[data-profile-row]') ?? []),
  ];
  const here = rows.indexOf(event.currentTarget);
  const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  rows[next]?.focus();
}

function NullShare({ column, rows }: { column: ColumnProfile; rows: number }) {
  const share = rows === 0 ? 0 : column.nulls / rows;
  return (
    <span className="flex items-center gap-2">
      <span className="relative hidden h-1.5 w-10 shrink-0 overflow-hidden rounded-full bg-surface-3 @3xl:block">
        <span
          className="absolute inset-y-0 left-0 rounded-full bg-status-stale"
          style={{ width: share === 0 ? 0 : `max(2px, ${share * 100}%)` }}
        />
      </span>
      <span className={cn('tnum text-12', share === 0 ? 'text-ink-3' : 'text-ink-1')}>
        {shareText(column.nulls, rows)}
        <span className="text-ink-3 @3xl:hidden"> NULL</span>
      </span>
    </span>
  );
}

interface ShapeProps {
  column: ColumnProfile;
  basis: number;
  active: number | null;
  onActive: (index: number | null) => void;
}

function Shape({ column, basis, active, onActive }: ShapeProps) {
  const { histogram, top, distinct, nulls } = column;
  if (histogram) return <Histogram buckets={histogram} active={active} onActive={onActive} heightPx={36} />;
  if (top && top.length > 0) return <TopValues top={top} basis={basis} exact={false} most={2} />;
  const isEmpty = (distinct?.count ?? 0) === 0;
  return (
    <span className="flex h-9 items-center text-12 text-ink-3">
      {isEmpty ? (nulls > 0 ? 'Nothing but NULL' : 'No rows') : 'No value comes up often'}
    </span>
  );
}

function Range({ column }: { column: ColumnProfile }) {
  const range = rangeText(column);
  const { mean, lengths } = column;
  return (
    <>
      {range === null ? null : (
        <span className="truncate text-ink-2" title={range}>
          {range}
        </span>
      )}
      {mean === null ? null : <span className="truncate text-ink-3">mean {valueText(mean)}</span>}
      {lengths && column.kind === 'text' ? (
        <span className="truncate text-ink-3">
          {lengths.min === lengths.max ? lengths.max : `${lengths.min}–${lengths.max}`} characters
        </span>
      ) : null}
    </>
  );
}

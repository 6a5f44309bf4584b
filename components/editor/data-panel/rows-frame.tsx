'use client';

import { LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '#components/ui/cn.ts';
import { Skeleton } from '#components/ui/skeleton.tsx';

export interface RowsFrameProps {
  /** `599,055 rows × 6 columns · sample of 50 · 43 ms` */
  facts: readonly string[];
  aside?: ReactNode;
  busy: boolean;
  /** The rows are those of an earlier state: dimmed while the new ones are on their way. */
  dimmed: boolean;
  children: ReactNode;
}

/** Rows with a line that says what they are. */
export function RowsFrame({ facts, aside, busy, dimmed, children }: RowsFrameProps) {
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex h-8 shrink-0 items-center gap-3 border-b border-line px-3 text-12 text-ink-3">
        <span className="tnum min-w-0 truncate" role="status">
          {facts.filter(Boolean).join(' · ') || ' '}
        </span>
        {busy ? <LoaderCircle aria-label="Loading" className="size-3 shrink-0 animate-spin" /> : null}
        {aside ? <div className="ml-auto flex shrink-0 items-center gap-2">{aside}</div> : null}
      </div>
      <div className={cn('min-h-0 flex-1 transition-opacity', dimmed && 'opacity-50')}>{children}</div>
    </div>
  );
}

/** Holds the place of rows that are on their way. */
export function RowsSkeleton() {
  return (
    <div aria-hidden className="flex flex-col gap-3 p-3">
      {['w-3/4', 'w-2/3', 'w-4/5', 'w-1/2'].map((width) => (
        <Skeleton key={width} className={cn('h-3', width)} />
      ))}
    </div>
  );
}

'use client';

import { Check, CloudOff, LoaderCircle, Pencil, TriangleAlert } from 'lucide-react';
import { formatDay } from '#components/format/time.ts';
import { useNow } from '#components/hooks/use-now.ts';
import { useEditor, useSave } from '../editor-context.tsx';

/** Where the draft stands. It says “saved” only when the server has exactly what is on screen. */
export function SaveStatus() {
  const { save, pipeline } = useEditor();
  const state = useSave((current) => current);
  const now = useNow('minute');
  const base = 'flex shrink-0 items-center gap-1 text-12 [&_svg]:size-3.5';
  switch (state.status) {
    case 'saved': {
      const at = new Date(state.at ?? pipeline.updatedAt);
      const words = formatDay(at, { now: new Date(now || at.getTime()) }).replace('today ', '');
      return (
        <p
          role="status"
          data-testid="save-status"
          suppressHydrationWarning
          className={`${base} tnum text-ink-3`}
        >
          <Check aria-hidden />
          Draft saved {words}
        </p>
      );
    }
    case 'dirty':
      return (
        <p role="status" data-testid="save-status" className={`${base} text-ink-3`}>
          <Pencil aria-hidden />
          Not saved yet
        </p>
      );
    case 'saving':
      return (
        <p role="status" data-testid="save-status" className={`${base} text-ink-3`}>
          <LoaderCircle aria-hidden className="animate-spin" />
          Saving…
        </p>
      );
    case 'offline':
      return (
        <p
          role="status"
          data-testid="save-status"
          title={state.message}
          className={`${base} text-status-stale`}
        >
          <CloudOff aria-hidden />
          Offline: kept in this browser
        </p>
      );
    case 'conflict':
      return (
        <p role="status" data-testid="save-status" className={`${base} text-status-failed`}>
          <TriangleAlert aria-hidden />
          Saved elsewhere
        </p>
      );
    case 'refused':
      return (
        <p
          role="status"
          data-testid="save-status"
          title={state.hint}
          className={`${base} min-w-0 text-status-failed`}
        >
          <TriangleAlert aria-hidden className="shrink-0" />
          <span className="truncate">Not saved: {state.message}</span>
          <button type="button" className="font-medium underline" onClick={() => void save.flush()}>
            Try again
          </button>
        </p>
      );
  }
}

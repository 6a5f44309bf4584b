'use client';

import Link from 'next/link';
import { formatDuration, formatExact } from '#components/format/time.ts';
import { cn } from '#components/ui/cn.ts';
import { statusLook } from '#components/ui/status.ts';
import { Tooltip } from '#components/ui/tooltip.tsx';
import type { LastRun } from '#lib/contracts/pipelines.ts';

/** The last runs of a pipeline as bars, the newest at the right. Failures stand taller, not only red. */
export function RunStrip({ runs, length = 10 }: { runs: readonly LastRun[]; length?: number }) {
  const missing = Math.max(0, length - runs.length);
  return (
    <div role="group" aria-label={`Last ${runs.length} runs`} className="flex items-center gap-0.5">
      {Array.from({ length: missing }, (_, index) => (
        <span key={index} aria-hidden className="h-2.5 w-1.5 rounded-[2px] bg-surface-3" />
      ))}
      {runs.map((run) => (
        <Bar key={run.id} run={run} />
      ))}
    </div>
  );
}

function Bar({ run }: { run: LastRun }) {
  const look = statusLook(run.status);
  const bad = run.status === 'failed' || run.status === 'interrupted';
  const words = `${look.word}${run.durationMs === null ? '' : ` in ${formatDuration(run.durationMs)}`}, ${formatExact(new Date(run.queuedAt))}`;
  return (
    <Tooltip content={words}>
      <Link
        href={`/runs/${run.id}`}
        aria-label={words}
        className="flex h-4 w-1.5 items-center rounded-[2px] transition-opacity hover:opacity-70"
      >
        <span
          className={cn(
            'w-full rounded-[2px]',
            look.fill,
            bad ? 'h-4' : 'h-2.5',
            run.finishedAt === null && 'animate-pulse',
          )}
        />
      </Link>
    </Tooltip>
  );
}

'use client';

import { useNow } from '#components/hooks/use-now.ts';
import { Tooltip } from '#components/ui/tooltip.tsx';
import { formatClock, formatExact, formatRelative } from './time.ts';

/** An instant as one speaks of it, exact on hover. */
export function TimeAgo({ at, className }: { at: string; className?: string }) {
  const now = useNow('minute');
  const instant = new Date(at);
  return (
    <Tooltip content={formatExact(instant)}>
      <time dateTime={at} className={className}>
        {formatRelative(instant, { now: new Date(now) })}
      </time>
    </Tooltip>
  );
}

/** Time that has passed since then, running. */
export function Elapsed({ since, className }: { since: string; className?: string }) {
  const now = useNow('second');
  return <span className={className}>{formatClock(now - Date.parse(since))}</span>;
}

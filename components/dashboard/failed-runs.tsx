'use client';

import Link from 'next/link';
import { TimeAgo } from '#components/format/time-ago.tsx';
import { runHref } from '#components/runs/run-link.ts';
import { Panel } from '#components/shell/page.tsx';
import { Button } from '#components/ui/button.tsx';
import { StatusIcon } from '#components/ui/status-badge.tsx';
import type { RunSummary } from '#lib/contracts/runs.ts';

const SHOWN = 3;

/** What went wrong since the person last said that they had seen it. */
export function FailedRuns({ runs, onSeen }: { runs: readonly RunSummary[]; onSeen: () => void }) {
  return (
    <Panel
      title={`${runs.length} failed since you looked`}
      aside={
        <Button variant="ghost" className="-mr-2.5" onClick={onSeen}>
          Mark as seen
        </Button>
      }
    >
      <ul className="divide-y divide-line">
        {runs.slice(0, SHOWN).map((run) => (
          <li key={run.id} className="flex h-9 items-center gap-3 px-4">
            <StatusIcon status={run.status} />
            <Link href={runHref(run)} className="shrink-0 font-medium hover:underline">
              {run.pipelineName}
            </Link>
            <span className="min-w-0 flex-1 truncate text-ink-3">
              {run.error?.message ?? 'Its runner stopped before it ended.'}
            </span>
            <TimeAgo at={run.finishedAt ?? run.queuedAt} className="shrink-0 text-12 text-ink-3" />
          </li>
        ))}
      </ul>
      {runs.length > SHOWN ? (
        <Link
          href="/runs?status=failed"
          className="border-t border-line px-4 py-2 text-12 font-medium text-accent hover:underline"
        >
          All {runs.length} failures
        </Link>
      ) : null}
    </Panel>
  );
}

'use client';

import Link from 'next/link';
import { Elapsed, TimeAgo } from '#components/format/time-ago.tsx';
import { runHref } from '#components/runs/run-link.ts';
import { Panel } from '#components/shell/page.tsx';
import { statusLook } from '#components/ui/status.ts';
import { StatusIcon } from '#components/ui/status-badge.tsx';
import { Tooltip } from '#components/ui/tooltip.tsx';
import type { RunSummary } from '#lib/contracts/runs.ts';

/** The newest runs of the workspace. */
export function RecentRuns({ runs }: { runs: readonly RunSummary[] }) {
  return (
    <Panel
      title="Recent runs"
      aside={
        <Link href="/runs" className="hover:text-ink-1 hover:underline">
          All runs
        </Link>
      }
    >
      <ul className="py-1.5">
        {runs.map((run) => (
          <li key={run.id} className="flex h-8 items-center gap-2.5 px-4">
            <Tooltip content={statusLook(run.status).word} side="left">
              <span role="img" aria-label={statusLook(run.status).word} className="inline-flex">
                <StatusIcon status={run.status} />
              </span>
            </Tooltip>
            <Link href={runHref(run)} className="min-w-0 flex-1 truncate hover:underline">
              {run.pipelineName}
            </Link>
            {run.finishedAt === null ? (
              <Elapsed since={run.startedAt ?? run.queuedAt} className="tnum shrink-0 text-12 text-ink-2" />
            ) : (
              <TimeAgo at={run.queuedAt} className="tnum shrink-0 text-12 text-ink-3" />
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

'use client';

import { useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useCallback } from 'react';
import { Elapsed } from '#components/format/time-ago.tsx';
import { queryKeys } from '#components/hooks/query-keys.ts';
import { useCancelRun } from '#components/hooks/use-runs.ts';
import { useCanEdit } from '#components/hooks/use-session.ts';
import { useFollowRun, useLiveRun } from '#components/runs/live-run-store.ts';
import { runHref } from '#components/runs/run-link.ts';
import { Panel } from '#components/shell/page.tsx';
import { Button } from '#components/ui/button.tsx';
import { StatusBadge } from '#components/ui/status-badge.tsx';
import type { LiveRun } from '#components/runs/live-run.ts';
import type { RunSummary } from '#lib/contracts/runs.ts';

/** Each run that is going on, live. */
export function NowRunning({ runs }: { runs: readonly RunSummary[] }) {
  return (
    <Panel title="Now running">
      <ul className="divide-y divide-line">
        {runs.map((run) => (
          <RunningRow key={run.id} run={run} />
        ))}
      </ul>
    </Panel>
  );
}

function RunningRow({ run }: { run: RunSummary }) {
  const client = useQueryClient();
  const refresh = useCallback(() => void client.invalidateQueries({ queryKey: queryKeys.runs }), [client]);
  useFollowRun(run.id, refresh);
  const live = useLiveRun(run.id);
  const cancel = useCancelRun();
  const canEdit = useCanEdit();
  const status = live?.status ?? run.status;
  const { done, total, share } = progressOf(live);
  return (
    <li className="flex h-11 items-center gap-3 px-4">
      <StatusBadge status={status} className="w-24 justify-start" look="plain" />
      <Link href={runHref(run)} className="min-w-0 truncate font-medium hover:underline">
        {run.pipelineName}
      </Link>
      <div className="ml-auto flex items-center gap-4">
        <div
          role="progressbar"
          aria-label={`Progress of ${run.pipelineName}`}
          aria-valuenow={Math.round(share * 100)}
          aria-valuemin={0}
          aria-valuemax={100}
          className="h-1 w-32 overflow-hidden rounded-full bg-surface-3"
        >
          <div
            className="h-full w-full origin-left bg-status-running transition-transform"
            style={{ transform: `scaleX(${share})` }}
          />
        </div>
        <span className="tnum w-24 text-12 text-ink-3">
          {total === 0 ? 'Starting' : `${done} of ${total} nodes`}
        </span>
        <Elapsed since={run.startedAt ?? run.queuedAt} className="tnum w-12 text-right text-12 text-ink-2" />
        {canEdit ? (
          <Button
            busy={cancel.isPending}
            disabled={status === 'cancelling'}
            onClick={() => {
              cancel.mutate(run.id);
            }}
          >
            Cancel
          </Button>
        ) : null}
      </div>
    </li>
  );
}

function progressOf(run: LiveRun | undefined): { done: number; total: number; share: number } {
  const nodes = run ? Object.values(run.nodes) : [];
  const done = nodes.filter((node) => node.status !== 'pending' && node.status !== 'running').length;
  const begun = nodes.reduce((sum, node) => sum + (node.progress ?? 0), 0);
  return {
    done,
    total: nodes.length,
    share: nodes.length === 0 ? 0 : Math.min(1, (done + begun) / nodes.length),
  };
}

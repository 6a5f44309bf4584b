'use client';

import { useQueryClient } from '@tanstack/react-query';
import { WifiOff } from 'lucide-react';
import Link from 'next/link';
import { useCallback, useEffect, useState } from 'react';
import { formatDuration } from '#components/format/time.ts';
import { Elapsed, TimeAgo } from '#components/format/time-ago.tsx';
import { queryKeys } from '#components/hooks/query-keys.ts';
import { useRun } from '#components/hooks/use-runs.ts';
import { Page } from '#components/shell/page.tsx';
import { QueryError } from '#components/shell/query-error.tsx';
import { Badge } from '#components/ui/badge.tsx';
import { ResizableGroup, ResizableHandle, ResizablePanel } from '#components/ui/resizable.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { StatusBadge } from '#components/ui/status-badge.tsx';
import type { RunDetail } from '#lib/contracts/runs.ts';
import { isFinal, liveRunOf, type LiveRun } from './live-run.ts';
import { seedLiveRun, useFollowRun, useLiveRun } from './live-run-store.ts';
import { NodeRecordPanel } from './node-record-panel.tsx';
import { RunActions } from './run-actions.tsx';
import { RunGraph } from './run-graph.tsx';
import { pipelineHref, triggerWord } from './run-link.ts';
import { RunOverview } from './run-overview.tsx';
import { TimelineView } from './timeline-view.tsx';

/** A run, live or past: the graph as it ran, when each node worked, and what each left behind. */
export function RunPage({ id }: { id: string }) {
  const query = useRun(id);
  const detail = query.data;
  useEffect(() => {
    if (detail) seedLiveRun(detail);
  }, [detail]);
  const client = useQueryClient();
  const refresh = useCallback(() => void client.invalidateQueries({ queryKey: queryKeys.runs }), [client]);
  useFollowRun(detail && !isFinal(detail.status) ? id : null, refresh);
  const live = useLiveRun(id);
  if (query.error && !detail) {
    return (
      <Page title="Run">
        <QueryError error={query.error} onRetry={() => void query.refetch()} />
      </Page>
    );
  }
  if (!detail) return <RunSkeleton />;
  return <LoadedRun detail={detail} run={live ?? liveRunOf(detail)} />;
}

function LoadedRun({ detail, run }: { detail: RunDetail; run: LiveRun }) {
  const failed = Object.values(run.nodes).find((node) => node.status === 'failed');
  const [chosen, setChosen] = useState<string | null | undefined>(undefined);
  // Until the person chooses, a failure is what they came for.
  const selectedId = chosen === undefined ? (failed?.id ?? null) : chosen;
  const selected = selectedId === null ? undefined : run.nodes[selectedId];
  return (
    <Page
      title={
        <Link href={pipelineHref(detail.pipelineId)} className="hover:underline">
          {detail.pipelineName}
        </Link>
      }
      aside={<RunSummaryLine detail={detail} run={run} />}
      actions={<RunActions detail={detail} status={run.status} />}
      layout="full"
    >
      <ResizableGroup id="run" orientation="horizontal" className="flex-1">
        <ResizablePanel id="graph-and-timeline" defaultSize="64%" minSize="30%">
          <ResizableGroup id="run-left" orientation="vertical" className="h-full">
            <ResizablePanel id="graph" defaultSize="62%" minSize="20%">
              <RunGraph
                document={detail.document}
                records={run.nodes}
                selectedId={selectedId}
                onSelect={setChosen}
              />
            </ResizablePanel>
            <ResizableHandle aria-label="Height of the timeline" />
            <ResizablePanel id="timeline" defaultSize="38%" minSize="15%">
              <TimelineView run={run} selectedId={selectedId} onSelect={setChosen} />
            </ResizablePanel>
          </ResizableGroup>
        </ResizablePanel>
        <ResizableHandle aria-label="Width of the record" />
        <ResizablePanel id="record" defaultSize="36%" minSize="24%">
          {selected ? (
            <NodeRecordPanel
              key={selected.id}
              run={run}
              node={selected}
              onClose={() => {
                setChosen(null);
              }}
            />
          ) : (
            <RunOverview detail={detail} run={run} />
          )}
        </ResizablePanel>
      </ResizableGroup>
    </Page>
  );
}

function RunSummaryLine({ detail, run }: { detail: RunDetail; run: LiveRun }) {
  return (
    <>
      <StatusBadge status={run.status} />
      <span className="tnum flex items-center gap-1.5 truncate">
        {isFinal(run.status) ? (
          run.durationMs === null ? null : (
            <span>{formatDuration(run.durationMs)}</span>
          )
        ) : (
          <Elapsed since={run.startedAt ?? detail.queuedAt} />
        )}
        <span aria-hidden>·</span>
        <span>version {detail.version}</span>
        <span aria-hidden>·</span>
        <span>{triggerWord(detail).toLowerCase()}</span>
        <span aria-hidden>·</span>
        <TimeAgo at={detail.queuedAt} />
      </span>
      {run.connected || isFinal(run.status) ? null : (
        <Badge tone="warning">
          <WifiOff aria-hidden /> Reconnecting
        </Badge>
      )}
    </>
  );
}

function RunSkeleton() {
  return (
    <Page title={<Skeleton className="h-4 w-40" />} layout="full">
      <div role="status" aria-label="Loading the run" className="flex flex-1">
        <div className="flex flex-[64] flex-col border-r border-line">
          <div className="flex flex-[62] items-center justify-center gap-10">
            {[0, 1, 2].map((index) => (
              <Skeleton key={index} className="h-18 w-40 rounded-panel" />
            ))}
          </div>
          <div className="flex flex-[38] flex-col gap-3 border-t border-line p-4">
            {['w-1/2', 'w-2/3', 'w-1/3'].map((width) => (
              <Skeleton key={width} className={width} />
            ))}
          </div>
        </div>
        <div className="flex flex-[36] flex-col gap-3 p-4">
          {['w-1/2', 'w-2/3', 'w-1/3'].map((width) => (
            <Skeleton key={width} className={width} />
          ))}
        </div>
      </div>
    </Page>
  );
}

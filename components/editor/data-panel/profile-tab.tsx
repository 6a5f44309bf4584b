'use client';

import { isFinal } from '#components/runs/live-run.ts';
import { useLiveNode, useLiveRun } from '#components/runs/live-run-store.ts';
import { ProfilePanel } from '#components/runs/profile/profile-panel.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { useRun } from '../editor-context.tsx';
import { useStaleReason } from '../stores/staleness-context.tsx';

/** What the rows look like that a node had in the run that is shown. */
export function ProfileTab({ nodeId }: { nodeId: string }) {
  const runId = useRun((state) => state.run?.id ?? null);
  const record = useLiveNode(runId, nodeId);
  const status = useLiveRun(runId)?.status;
  const stale = useStaleReason(nodeId);
  if (runId === null || record?.status !== 'succeeded' || status === undefined || !isFinal(status))
    return (
      <EmptyState compact title="A profile is made of a run’s rows">
        {status !== undefined && !isFinal(status) ? 'This one has not ended yet.' : 'Run the pipeline first.'}
      </EmptyState>
    );
  return (
    <div className="flex h-full min-h-0 flex-col">
      {stale ? (
        <p className="shrink-0 border-b border-line px-3 py-1 text-12 text-status-stale">
          Of the last run: {stale}
        </p>
      ) : null}
      <div className="min-h-0 flex-1">
        <ProfilePanel of={{ runId, nodeId }} name={record.name} />
      </div>
    </div>
  );
}

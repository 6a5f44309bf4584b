'use client';

import { useLiveNode } from '#components/runs/live-run-store.ts';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { ErrorPanel, FaultList } from '#components/ui/error-panel.tsx';
import { useNode, useRun } from '../editor-context.tsx';

/** Why a node failed or was skipped in the run on show. */
export function ErrorTab({ nodeId }: { nodeId: string }) {
  const node = useNode(nodeId);
  const runId = useRun((state) => state.run?.id ?? null);
  const record = useLiveNode(runId, nodeId);
  const because = useNode(record?.skippedBecause ?? '');
  if (record?.error) return <ErrorPanel error={record.error} where={node?.name ?? nodeId} />;
  if (record?.status === 'skipped') {
    return (
      <EmptyState compact title="It was skipped">
        {because?.name ?? record.skippedBecause ?? 'A node before it'} failed, and this node needs its rows.
      </EmptyState>
    );
  }
  if (record && record.warnings.length > 0) return <FaultList faults={record.warnings} />;
  return (
    <EmptyState compact title="No error">
      {record ? 'It ran without complaint.' : 'Errors of a run are shown here.'}
    </EmptyState>
  );
}

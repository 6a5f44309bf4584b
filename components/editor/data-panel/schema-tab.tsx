'use client';

import { useLiveNode } from '#components/runs/live-run-store.ts';
import { SchemaTable } from '#components/runs/schema-table.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { useBind, useRun } from '../editor-context.tsx';

/** The columns that come out of a node, as binding infers them; what a run had where binding cannot tell. */
export function SchemaTab({ nodeId }: { nodeId: string }) {
  const bound = useBind((state) => state.nodes[nodeId]?.schema ?? null);
  const runId = useRun((state) => state.run?.id ?? null);
  const ran = useLiveNode(runId, nodeId)?.schema ?? null;
  const schema = bound ?? ran;
  if (!schema)
    return (
      <EmptyState compact title="Its columns are not known yet">
        Finish its settings and those of the nodes before it.
      </EmptyState>
    );
  return <SchemaTable schema={schema} />;
}

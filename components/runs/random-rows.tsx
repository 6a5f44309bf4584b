'use client';

import { Dices } from 'lucide-react';
import { DataGrid } from '#components/data-grid/data-grid.tsx';
import { QueryError } from '#components/shell/query-error.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { TaskProgressPanel } from './task-progress.tsx';
import type { useRandomRows } from './use-node-task.ts';

/** Rows drawn at random, or how far the drawing has come. */
export function RandomRows({
  random: { query, progress, cancel },
  label,
}: {
  random: ReturnType<typeof useRandomRows>;
  label: string;
}) {
  if (query.data)
    return (
      <DataGrid
        key={query.dataUpdatedAt}
        label={`${label}, drawn at random`}
        schema={query.data.schema}
        rows={query.data.rows}
      />
    );
  if (query.fetchStatus !== 'idle')
    return <TaskProgressPanel label={`Random rows of ${label}`} progress={progress} onCancel={cancel} />;
  if (query.error)
    return <QueryError className="m-3" error={query.error} onRetry={() => void query.refetch()} />;
  return <EmptyState compact icon={Dices} title="No rows were drawn" />;
}

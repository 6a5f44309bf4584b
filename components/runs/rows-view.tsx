'use client';

import { Rows3 } from 'lucide-react';
import { DataGrid } from '#components/data-grid/data-grid.tsx';
import { formatCount, formatPlural } from '#components/format/numbers.ts';
import { QueryError } from '#components/shell/query-error.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useNodeRows, type NodeOutput } from './use-node-rows.ts';

/** Rows that a node of a run put out, or why there are none to see. */
export function RowsView({
  output,
  label,
  rowsOut,
}: {
  output: NodeOutput;
  label: string;
  rowsOut: number | null;
}) {
  const { query, pages } = useNodeRows(output);
  if (query.error)
    return <QueryError className="m-3" error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <RowsSkeleton />;
  const { schema, rows, total, source } = query.data;
  if (source === 'gone') {
    return (
      <EmptyState compact icon={Rows3} title="These rows are gone">
        Results are kept for a while. Run it again to see them.
      </EmptyState>
    );
  }
  if (schema.length === 0) return <EmptyState compact icon={Rows3} title="No columns came out" />;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <DataGrid
        key={`${output.runId}/${output.nodeId}/${output.port ?? ''}`}
        label={label}
        schema={schema}
        rows={rows}
        pages={pages}
        className="flex-1"
      />
      <p className="tnum shrink-0 border-t border-line px-3 py-1 text-12 text-ink-3">
        {source === 'sample' && rowsOut !== null && rowsOut > rows.length
          ? `Sample of ${formatCount(rows.length)} of `
          : ''}
        {formatPlural((source === 'sample' ? rowsOut : total) ?? rows.length, 'row')} ×{' '}
        {formatPlural(schema.length, 'column')}
      </p>
    </div>
  );
}

function RowsSkeleton() {
  return (
    <div role="status" aria-label="Loading rows" className="flex flex-col">
      <div className="h-10 border-b border-line bg-surface-2" />
      {Array.from({ length: 10 }, (_, row) => (
        <div key={row} className="flex h-6 items-center gap-6 border-b border-line/60 px-3">
          {['w-8', 'w-20', 'w-14', 'w-24'].map((width) => (
            <Skeleton key={width} className={`h-2 ${width}`} />
          ))}
        </div>
      ))}
    </div>
  );
}

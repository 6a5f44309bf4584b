'use client';

import type { ReactNode } from 'react';
import { DataGrid } from '#components/data-grid/data-grid.tsx';
import { formatPlural, formatRows } from '#components/format/numbers.ts';
import { formatDuration } from '#components/format/time.ts';
import type { LiveNode } from '#components/runs/live-run.ts';
import { useNodeRows } from '#components/runs/use-node-rows.ts';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { QueryError } from '#components/shell/query-error.tsx';
import { RowsFrame, RowsSkeleton } from './rows-frame.tsx';

export interface RunRowsProps {
  runId: string;
  record: Pick<LiveNode, 'id' | 'rowsOut' | 'rowsOutAtLeast' | 'durationMs' | 'schema'>;
  label: string;
  aside: ReactNode;
  /** Why they are out of date, in words. */
  stale: string | null;
}

/** The rows that a node had in a run, page by page where the run kept them all. */
export function RunRows({ runId, record, label, aside, stale }: RunRowsProps) {
  const { query, pages } = useNodeRows({ runId, nodeId: record.id });
  const page = query.data;
  const columns = page?.schema ?? record.schema;
  const facts = [
    `${formatRows(record.rowsOut, record.rowsOutAtLeast)} ${record.rowsOut === 1 ? 'row' : 'rows'}${columns ? ` × ${formatPlural(columns.length, 'column')}` : ''}`,
    page?.source === 'sample' && page.rows.length < (record.rowsOut ?? 0)
      ? `sample of ${page.rows.length}`
      : '',
    record.durationMs === null ? '' : formatDuration(record.durationMs),
    stale ?? '',
  ];
  return (
    <RowsFrame facts={facts} aside={aside} busy={query.isFetching} dimmed={false}>
      {query.error ? (
        <QueryError className="m-3" error={query.error} onRetry={() => void query.refetch()} />
      ) : !page ? (
        <RowsSkeleton />
      ) : page.source === 'gone' ? (
        <EmptyState compact title="These rows are gone">
          What they were made from has changed since. Run again to see rows.
        </EmptyState>
      ) : (
        <DataGrid label={label} schema={page.schema} rows={page.rows} {...(pages ? { pages } : {})} />
      )}
    </RowsFrame>
  );
}

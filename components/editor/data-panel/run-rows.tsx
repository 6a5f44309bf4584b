'use client';

import type { ReactNode } from 'react';
import { DataGrid } from '#components/data-grid/data-grid.tsx';
import { formatPlural, formatRows } from '#components/format/numbers.ts';
import { formatDuration } from '#components/format/time.ts';
import { CountRows } from '#components/runs/count-rows.tsx';
import type { LiveNode } from '#components/runs/live-run.ts';
import { RandomRows } from '#components/runs/random-rows.tsx';
import { RowsActions } from '#components/runs/rows-actions.tsx';
import { GoneRows } from '#components/runs/rows-view.tsx';
import { useShownRows } from '#components/runs/use-shown-rows.ts';
import { QueryError } from '#components/shell/query-error.tsx';
import { ErrorPanel } from '#components/ui/error-panel.tsx';
import { toErrorRecord } from '#lib/errors/app-error.ts';
import { RowsFrame, RowsSkeleton } from './rows-frame.tsx';

export interface RunRowsProps {
  runId: string;
  record: Pick<LiveNode, 'id' | 'name' | 'rowsOut' | 'rowsOutAtLeast' | 'durationMs' | 'schema'>;
  label: string;
  aside: ReactNode;
  /** Why they are out of date, in words. */
  stale: string | null;
  /** The run has ended: its rows can be asked for. */
  isOver: boolean;
}

/** The rows that a node had in a run, page by page where the run kept them all, and the way there where it did not. */
export function RunRows({ runId, record, label, aside, stale, isOver }: RunRowsProps) {
  const of = { runId, nodeId: record.id };
  const { first, random, asked } = useShownRows(of);
  const { query, pages } = first;
  const page = query.data;
  const columns = page?.schema ?? record.schema;
  const isPartial =
    page?.source === 'sample' && (record.rowsOut === null || page.rows.length < record.rowsOut);
  const facts = [
    `${formatRows(record.rowsOut, record.rowsOutAtLeast)} ${record.rowsOut === 1 ? 'row' : 'rows'}${columns ? ` × ${formatPlural(columns.length, 'column')}` : ''}`,
    asked.draw === null ? (isPartial ? `first ${page.rows.length}` : '') : 'drawn at random',
    record.durationMs === null ? '' : formatDuration(record.durationMs),
    stale ?? '',
  ];
  const actions = (
    <>
      {isOver && record.rowsOut === null ? <CountRows of={of} name={record.name} /> : null}
      {isOver && page && page.source !== 'gone' ? <RowsActions asked={asked} isPartial={isPartial} /> : null}
      {aside}
    </>
  );
  return (
    <RowsFrame facts={facts} aside={actions} busy={query.isFetching} dimmed={false}>
      {asked.stage.error && page?.source !== 'gone' ? (
        <ErrorPanel className="m-3" error={toErrorRecord(asked.stage.error)} />
      ) : null}
      {query.error ? (
        <QueryError className="m-3" error={query.error} onRetry={() => void query.refetch()} />
      ) : asked.draw !== null ? (
        <RandomRows random={random} label={label} />
      ) : !page ? (
        <RowsSkeleton />
      ) : page.source === 'gone' ? (
        <GoneRows asked={asked} label={label} />
      ) : (
        <DataGrid
          key={page.source}
          label={label}
          schema={page.schema}
          rows={page.rows}
          {...(pages ? { pages } : {})}
        />
      )}
    </RowsFrame>
  );
}

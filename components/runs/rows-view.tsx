'use client';

import { Rows3 } from 'lucide-react';
import { DataGrid } from '#components/data-grid/data-grid.tsx';
import { formatCount, formatPlural } from '#components/format/numbers.ts';
import { QueryError } from '#components/shell/query-error.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { ErrorPanel } from '#components/ui/error-panel.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { toErrorRecord } from '#lib/errors/app-error.ts';
import { RowsActions, StageButton } from './rows-actions.tsx';
import { RandomRows } from './random-rows.tsx';
import { TaskProgressPanel } from './task-progress.tsx';
import type { NodeOfRun } from './use-node-task.ts';
import { useShownRows } from './use-shown-rows.ts';

/** Rows that a node of a run put out, or why there are none to see. */
export function RowsView({
  output,
  label,
  rowsOut,
}: {
  output: NodeOfRun;
  label: string;
  rowsOut: number | null;
}) {
  const { first, random, asked } = useShownRows(output);
  const { query, pages } = first;
  if (query.error)
    return <QueryError className="m-3" error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <RowsSkeleton />;
  const { schema, rows, total, source } = query.data;
  if (source === 'gone') return <GoneRows asked={asked} label={label} />;
  if (schema.length === 0) return <EmptyState compact icon={Rows3} title="No columns came out" />;
  const known = rowsOut ?? (source === 'staged' ? total : null);
  const isPartial = source === 'sample' && (known === null || known > rows.length);
  const shownCount = asked.draw === null ? rows.length : (random.query.data?.rows.length ?? 0);
  return (
    <div className="flex h-full min-h-0 flex-col">
      {asked.stage.error ? <ErrorPanel className="m-3" error={toErrorRecord(asked.stage.error)} /> : null}
      <div className="min-h-0 flex-1">
        {asked.draw === null ? (
          <DataGrid
            key={`${output.runId}/${output.nodeId}/${source}`}
            label={label}
            schema={schema}
            rows={rows}
            {...(pages ? { pages } : {})}
          />
        ) : (
          <RandomRows random={random} label={label} />
        )}
      </div>
      <div className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-2 border-t border-line px-3 py-0.5">
        <p className="tnum min-w-0 flex-1 truncate text-12 text-ink-3" role="status">
          {rowsWords({ draw: asked.draw, shown: shownCount, known, isPartial })} ×{' '}
          {formatPlural(schema.length, 'column')}
        </p>
        <RowsActions asked={asked} isPartial={isPartial} />
      </div>
    </div>
  );
}

/** `First 50 of 3,000,000 rows`, `50 random rows of 3,000,000` */
function rowsWords(of: {
  draw: number | null;
  shown: number;
  known: number | null;
  isPartial: boolean;
}): string {
  const { draw, shown, known, isPartial } = of;
  if (draw !== null)
    return `${formatPlural(shown, 'random row')}${known === null ? '' : ` of ${formatCount(known)}`}`;
  if (known === null) return `First ${formatPlural(shown, 'row')}`;
  return isPartial
    ? `First ${formatCount(shown)} of ${formatPlural(known, 'row')}`
    : formatPlural(known, 'row');
}

/** The run kept none: they can be made again, as long as nothing has changed since. */
export function GoneRows({
  asked,
  label,
}: {
  asked: ReturnType<typeof useShownRows>['asked'];
  label: string;
}) {
  const { stage } = asked;
  if (stage.working)
    return <TaskProgressPanel label={label} progress={stage.progress} onCancel={stage.cancel} />;
  if (stage.error) return <ErrorPanel className="m-3" error={toErrorRecord(stage.error)} />;
  return (
    <EmptyState compact icon={Rows3} title="These rows are not kept" action={<StageButton asked={asked} />}>
      They can be made again as long as their sources are as the run saw them.
    </EmptyState>
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

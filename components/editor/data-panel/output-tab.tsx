'use client';

import { CloudOff } from 'lucide-react';
import { useState } from 'react';
import { DataGrid } from '#components/data-grid/data-grid.tsx';
import { formatPlural } from '#components/format/numbers.ts';
import { formatDuration } from '#components/format/time.ts';
import { isFinal } from '#components/runs/live-run.ts';
import { useLiveNode, useLiveRun } from '#components/runs/live-run-store.ts';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { FaultList } from '#components/ui/error-panel.tsx';
import { QueryError } from '#components/shell/query-error.tsx';
import { SegmentedControl } from '#components/ui/segmented-control.tsx';
import { useNode, useRun } from '../editor-context.tsx';
import { useStaleReason } from '../stores/staleness-context.tsx';
import { RowsFrame, RowsSkeleton } from './rows-frame.tsx';
import { RunRows } from './run-rows.tsx';
import { usePreview, type Preview } from './use-preview.ts';

/** What comes out of a node: the run's rows after a run, else a preview; a person may switch. */
export function OutputTab({ nodeId }: { nodeId: string }) {
  const node = useNode(nodeId);
  const runId = useRun((state) => state.run?.id ?? null);
  const record = useLiveNode(runId, nodeId);
  const status = useLiveRun(runId)?.status;
  const stale = useStaleReason(nodeId);
  const [chosen, setChosen] = useState<'run' | 'preview' | null>(null);
  const hasRun = record !== undefined && record.status === 'succeeded' && runId !== null;
  // What changed since the run is previewed; the run's rows are one click away.
  const source = hasRun ? (chosen ?? (stale ? 'preview' : 'run')) : 'preview';
  const label = `Output of ${node?.name ?? nodeId}`;
  const choice = hasRun ? (
    <SegmentedControl
      label="Which rows"
      value={source}
      onValueChange={setChosen}
      options={[
        { value: 'run', label: 'Run' },
        { value: 'preview', label: 'Preview' },
      ]}
    />
  ) : null;
  if (source === 'run' && runId !== null && record)
    return (
      <RunRows
        runId={runId}
        record={record}
        label={label}
        aside={choice}
        stale={stale}
        isOver={status !== undefined && isFinal(status)}
      />
    );
  return <PreviewOutput nodeId={nodeId} label={label} aside={choice} />;
}

function PreviewOutput({ nodeId, label, aside }: { nodeId: string; label: string; aside: React.ReactNode }) {
  const preview = usePreview(nodeId, true);
  const page = preview.answer?.output;
  return (
    <RowsFrame facts={previewFacts(preview)} aside={aside} busy={preview.loading} dimmed={preview.outdated}>
      {page ? (
        <DataGrid
          key={page.schema.map((column) => column.name).join()}
          label={label}
          schema={page.schema}
          rows={page.rows}
        />
      ) : (
        <NoPreview preview={preview} />
      )}
    </RowsFrame>
  );
}

/** Why there are no rows to show. */
export function NoPreview({ preview }: { preview: Preview }) {
  const { answer, error, loading, offline, retry } = preview;
  if (error && !loading) return <QueryError className="m-3" error={error} onRetry={retry} />;
  if (!answer && offline)
    return (
      <EmptyState compact icon={CloudOff} title="No connection">
        Its rows are shown when the server answers again.
      </EmptyState>
    );
  if (!answer) return <RowsSkeleton />;
  const errors = answer.faults.filter((fault) => fault.severity === 'error');
  if (errors.length > 0)
    return (
      <div className="h-full overflow-y-auto p-3">
        <FaultList faults={errors} />
      </div>
    );
  return (
    <EmptyState compact title="No rows to show">
      {answer.sentence}
    </EmptyState>
  );
}

/** `Preview · 500 rows × 6 columns · of the first 100,000 rows · 43 ms` */
export function previewFacts({ answer }: Preview): string[] {
  if (!answer?.output) return answer ? ['Preview'] : [];
  const { rows, schema, total } = answer.output;
  const of =
    total !== null && total > rows.length
      ? `first ${formatPlural(rows.length, 'row')} of ${formatPlural(total, 'row')}`
      : formatPlural(rows.length, 'row');
  return [
    'Preview',
    `${of} × ${formatPlural(schema.length, 'column')}`,
    answer.sentence.replace(/\.$/, ''),
    formatDuration(answer.durationMs),
  ];
}

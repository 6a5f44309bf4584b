'use client';

import { Plus, SearchX, Upload, Workflow } from 'lucide-react';
import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { useEffect, useMemo, useRef, useState } from 'react';
import { stripsByPipeline } from '#components/dashboard/history.ts';
import { formatDuration } from '#components/format/time.ts';
import { TimeAgo } from '#components/format/time-ago.tsx';
import { usePipelines } from '#components/hooks/use-pipelines.ts';
import { useRunHistory } from '#components/hooks/use-runs.ts';
import { useSchedules } from '#components/hooks/use-schedules.ts';
import { useCanEdit } from '#components/hooks/use-session.ts';
import { pipelineHref, runHref } from '#components/runs/run-link.ts';
import { RunStrip } from '#components/runs/run-strip.tsx';
import { Page } from '#components/shell/page.tsx';
import { QueryError } from '#components/shell/query-error.tsx';
import { TableSkeleton } from '#components/shell/table-skeleton.tsx';
import { Button } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { SearchInput } from '#components/ui/search-input.tsx';
import { StatusBadge } from '#components/ui/status-badge.tsx';
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '#components/ui/table.tsx';
import type { LastRun, PipelineSummary } from '#lib/contracts/pipelines.ts';
import type { Schedule } from '#lib/contracts/schedules.ts';
import { ImportDialog } from './import-dialog.tsx';
import { PipelineMenu } from './pipeline-menu.tsx';
import { useNewPipeline } from './use-new-pipeline.ts';

export function PipelinesPage() {
  const pipelines = usePipelines();
  const [search, setSearch] = useState('');
  const canEdit = useCanEdit();
  const names = useMemo(() => pipelines.data?.map((pipeline) => pipeline.name) ?? [], [pipelines.data]);
  const { make, busy } = useNewPipeline(names);
  const [importing, setImporting] = useAskedFor(pipelines.isSuccess && canEdit, make);
  const found = useMemo(() => searchPipelines(pipelines.data ?? [], search), [pipelines.data, search]);
  return (
    <Page
      title="Pipelines"
      aside={
        pipelines.data && pipelines.data.length > 0 ? (
          <span className="tnum">{pipelines.data.length}</span>
        ) : null
      }
      actions={
        <>
          <SearchInput
            label="Search pipelines"
            placeholder="Search…"
            value={search}
            onValueChange={setSearch}
            className="w-52"
          />
          {canEdit ? (
            <Button
              onClick={() => {
                setImporting(true);
              }}
            >
              <Upload aria-hidden /> Import
            </Button>
          ) : null}
          {canEdit ? (
            <Button variant="primary" busy={busy} onClick={make}>
              <Plus aria-hidden /> New pipeline
            </Button>
          ) : null}
        </>
      }
      layout="full"
    >
      <div className="min-h-0 flex-1 overflow-y-auto">
        {pipelines.error && !pipelines.data ? (
          <QueryError className="m-5" error={pipelines.error} onRetry={() => void pipelines.refetch()} />
        ) : !pipelines.data ? (
          <TableSkeleton label="Pipelines" columns={['w-56', 'w-20', 'w-24', 'w-20', 'w-40']} />
        ) : pipelines.data.length === 0 ? (
          <EmptyState
            icon={Workflow}
            title="No pipelines yet"
            action={
              canEdit ? (
                <Button variant="primary" size="md" busy={busy} onClick={make}>
                  New pipeline
                </Button>
              ) : null
            }
          >
            A pipeline reads data, changes it step by step and writes it somewhere. Draw one on a canvas.
          </EmptyState>
        ) : found.length === 0 ? (
          <EmptyState
            icon={SearchX}
            title={`No pipeline matches “${search}”`}
            action={
              <Button
                onClick={() => {
                  setSearch('');
                }}
              >
                Clear the search
              </Button>
            }
          />
        ) : (
          <PipelineTable pipelines={found} names={names} />
        )}
      </div>
      <ImportDialog open={importing} onOpenChange={setImporting} />
    </Page>
  );
}

/** `?new` and `?import`, by which the palette and other pages lead here, act once. */
function useAskedFor(ready: boolean, make: () => void): [boolean, (open: boolean) => void] {
  const params = useSearchParams();
  const [importing, setImporting] = useState(params.has('import'));
  const asked = useRef(params.has('new'));
  useEffect(() => {
    if (!ready || !asked.current) return;
    asked.current = false;
    window.history.replaceState(null, '', '/pipelines');
    make();
  }, [ready, make]);
  return [importing, setImporting];
}

function searchPipelines(pipelines: readonly PipelineSummary[], search: string): readonly PipelineSummary[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return pipelines.filter((pipeline) => {
    const text = `${pipeline.name} ${pipeline.description}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function PipelineTable({
  pipelines,
  names,
}: {
  pipelines: readonly PipelineSummary[];
  names: readonly string[];
}) {
  const history = useRunHistory('');
  const schedules = useSchedules();
  const strips = useMemo(() => stripsByPipeline(history.data), [history.data]);
  return (
    <Table>
      <TableHead>
        <tr>
          <TableHeader>Name</TableHeader>
          <TableHeader>Last ten runs</TableHeader>
          <TableHeader>Last run</TableHeader>
          <TableHeader>Next run</TableHeader>
          <TableHeader>Changed</TableHeader>
          <TableHeader>
            <span className="sr-only">Actions</span>
          </TableHeader>
        </tr>
      </TableHead>
      <TableBody>
        {pipelines.map((pipeline) => (
          <PipelineRow
            key={pipeline.id}
            pipeline={pipeline}
            names={names}
            strip={strips.get(pipeline.id) ?? []}
            schedules={schedules.data?.filter((schedule) => schedule.pipelineId === pipeline.id) ?? []}
          />
        ))}
      </TableBody>
    </Table>
  );
}

interface PipelineRowProps {
  pipeline: PipelineSummary;
  names: readonly string[];
  strip: readonly LastRun[];
  schedules: readonly Schedule[];
}

function PipelineRow({ pipeline, names, strip, schedules }: PipelineRowProps) {
  const next = schedules
    .flatMap((schedule) => (schedule.nextDue === null ? [] : [schedule.nextDue]))
    .sort()[0];
  const { lastRun } = pipeline;
  return (
    <TableRow data-interactive className="h-13">
      <TableCell className="w-full max-w-0">
        <Link href={pipelineHref(pipeline.id)} className="block min-w-0">
          <span className="block truncate font-medium hover:underline">{pipeline.name}</span>
          <span className="block truncate text-12 text-ink-3">
            {pipeline.description || `${pipeline.nodeCount} ${pipeline.nodeCount === 1 ? 'node' : 'nodes'}`}
          </span>
        </Link>
      </TableCell>
      <TableCell>
        <RunStrip runs={strip} />
      </TableCell>
      <TableCell className="whitespace-nowrap">
        {lastRun ? (
          <Link href={runHref(lastRun)} className="flex flex-col hover:underline">
            <StatusBadge status={lastRun.status} look="plain" />
            <span className="tnum text-12 text-ink-3">
              <TimeAgo at={lastRun.queuedAt} />
              {lastRun.durationMs === null ? '' : `, ${formatDuration(lastRun.durationMs)}`}
            </span>
          </Link>
        ) : (
          <span className="text-ink-3">Never run</span>
        )}
      </TableCell>
      <TableCell className="whitespace-nowrap">
        {next ? (
          <TimeAgo at={next} className="tnum" />
        ) : (
          <span className="text-ink-3">{schedules.length > 0 ? 'Paused' : 'By hand'}</span>
        )}
      </TableCell>
      <TableCell className="whitespace-nowrap text-ink-3">
        <TimeAgo at={pipeline.updatedAt} className="tnum" />
      </TableCell>
      <TableCell>
        <PipelineMenu pipeline={pipeline} names={names} />
      </TableCell>
    </TableRow>
  );
}

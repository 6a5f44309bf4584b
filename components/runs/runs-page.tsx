'use client';

import { FilterX, ListChecks } from 'lucide-react';
import Link from 'next/link';
import { useRouter, useSearchParams } from 'next/navigation';
import { useMemo, useState } from 'react';
import { formatDuration } from '#components/format/time.ts';
import { Elapsed, TimeAgo } from '#components/format/time-ago.tsx';
import { usePipelines } from '#components/hooks/use-pipelines.ts';
import { useRunPages } from '#components/hooks/use-runs.ts';
import { Page } from '#components/shell/page.tsx';
import { QueryError } from '#components/shell/query-error.tsx';
import { TableSkeleton } from '#components/shell/table-skeleton.tsx';
import { Button } from '#components/ui/button.tsx';
import { Combobox } from '#components/ui/combobox.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Input } from '#components/ui/input.tsx';
import { Select } from '#components/ui/select.tsx';
import { statusLook } from '#components/ui/status.ts';
import { StatusBadge, StatusIcon } from '#components/ui/status-badge.tsx';
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '#components/ui/table.tsx';
import { RUN_STATUSES } from '#lib/contracts/run-record.ts';
import type { RunSummary } from '#lib/contracts/runs.ts';
import { filtersHref, filtersQuery, PERIODS, readFilters, type RunFilters } from './run-filters.ts';
import { runHref, triggerWord } from './run-link.ts';

export function RunsPage() {
  const router = useRouter();
  const params = useSearchParams();
  const filters = useMemo(() => readFilters(new URLSearchParams(params)), [params]);
  const [openedAt] = useState(() => new Date());
  const query = useMemo(() => filtersQuery(filters, openedAt), [filters, openedAt]);
  const pages = useRunPages(query);
  const runs = pages.data?.pages.flatMap((page) => page.runs);
  const change = (part: Partial<RunFilters>) => {
    router.replace(filtersHref({ ...filters, ...part }), { scroll: false });
  };
  const filtered = filtersHref(filters) !== '/runs';
  return (
    <Page title="Runs" layout="full" actions={<Filters filters={filters} onChange={change} />}>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {pages.error && !runs ? (
          <QueryError className="m-5" error={pages.error} onRetry={() => void pages.refetch()} />
        ) : !runs ? (
          <TableSkeleton label="Runs" columns={['w-48', 'w-20', 'w-20', 'w-20', 'w-16']} />
        ) : runs.length === 0 ? (
          filtered ? (
            <EmptyState
              icon={FilterX}
              title="No run fits these filters"
              action={
                <Button
                  onClick={() => {
                    router.replace('/runs');
                  }}
                >
                  Clear the filters
                </Button>
              }
            />
          ) : (
            <EmptyState
              icon={ListChecks}
              title="Nothing has run yet"
              action={
                <Button asChild variant="primary" size="md">
                  <Link href="/pipelines">Open a pipeline</Link>
                </Button>
              }
            >
              Each run keeps its graph, row counts, samples and logs, so that you can look at it later.
            </EmptyState>
          )
        ) : (
          <>
            <RunTable runs={runs} />
            {pages.hasNextPage ? (
              <div className="flex justify-center p-4">
                <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
                  Show older runs
                </Button>
              </div>
            ) : null}
          </>
        )}
      </div>
    </Page>
  );
}

const ALL = 'all';
const PERIOD_WORDS: Record<(typeof PERIODS)[number], string> = {
  any: 'Any time',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  dates: 'Dates…',
};

function Filters({
  filters,
  onChange,
}: {
  filters: RunFilters;
  onChange: (part: Partial<RunFilters>) => void;
}) {
  const { data: pipelines } = usePipelines();
  return (
    <>
      <Combobox
        aria-label="Pipeline"
        className="w-44"
        value={filters.pipeline ?? ALL}
        onValueChange={(value) => {
          onChange({ pipeline: value === ALL ? null : value });
        }}
        options={[
          { value: ALL, label: 'All pipelines' },
          ...(pipelines ?? []).map((pipeline) => ({ value: pipeline.id, label: pipeline.name })),
        ]}
      />
      <Select
        aria-label="Status"
        className="w-32"
        value={filters.status ?? ALL}
        onValueChange={(value) => {
          onChange({ status: RUN_STATUSES.find((status) => status === value) ?? null });
        }}
        options={[
          { value: ALL, label: 'Any status' },
          ...RUN_STATUSES.map((status) => ({
            value: status,
            label: (
              <span className="flex items-center gap-1.5">
                <StatusIcon status={status} />
                {statusLook(status).word}
              </span>
            ),
          })),
        ]}
      />
      <Select
        aria-label="Time"
        className="w-32"
        value={filters.period}
        onValueChange={(value) => {
          onChange({ period: PERIODS.find((period) => period === value) ?? 'any' });
        }}
        options={PERIODS.map((period) => ({ value: period, label: PERIOD_WORDS[period] }))}
      />
      {filters.period === 'dates' ? (
        <>
          <Input
            aria-label="From"
            type="date"
            className="w-34"
            value={filters.fromDay ?? ''}
            max={filters.toDay ?? undefined}
            onChange={(event) => {
              onChange({ fromDay: event.target.value || null });
            }}
          />
          <Input
            aria-label="To"
            type="date"
            className="w-34"
            value={filters.toDay ?? ''}
            min={filters.fromDay ?? undefined}
            onChange={(event) => {
              onChange({ toDay: event.target.value || null });
            }}
          />
        </>
      ) : null}
    </>
  );
}

function RunTable({ runs }: { runs: readonly RunSummary[] }) {
  return (
    <Table>
      <TableHead className="sticky top-0 z-10 bg-surface-0">
        <tr>
          <TableHeader>Status</TableHeader>
          <TableHeader>Pipeline</TableHeader>
          <TableHeader>Version</TableHeader>
          <TableHeader>Set off by</TableHeader>
          <TableHeader>Mode</TableHeader>
          <TableHeader className="text-right">Duration</TableHeader>
          <TableHeader className="text-right">Started</TableHeader>
        </tr>
      </TableHead>
      <TableBody>
        {runs.map((run) => (
          <RunRow key={run.id} run={run} />
        ))}
      </TableBody>
    </Table>
  );
}

function RunRow({ run }: { run: RunSummary }) {
  return (
    <TableRow data-interactive>
      <TableCell className="whitespace-nowrap">
        <Link href={runHref(run)} className="flex hover:underline">
          <StatusBadge status={run.status} look="plain" />
        </Link>
      </TableCell>
      <TableCell className="w-full max-w-0">
        <div className="flex min-w-0 items-baseline gap-3">
          <Link href={runHref(run)} className="shrink-0 truncate font-medium hover:underline">
            {run.pipelineName}
          </Link>
          {run.error ? (
            <span className="min-w-0 truncate text-12 text-ink-3">{run.error.message}</span>
          ) : null}
        </div>
      </TableCell>
      <TableCell className="tnum whitespace-nowrap text-ink-2">{run.version}</TableCell>
      <TableCell className="whitespace-nowrap text-ink-2">{triggerWord(run)}</TableCell>
      <TableCell className="whitespace-nowrap text-ink-2">{run.mode ?? '–'}</TableCell>
      <TableCell className="tnum text-right whitespace-nowrap">
        {run.durationMs !== null ? (
          formatDuration(run.durationMs)
        ) : run.finishedAt === null ? (
          <Elapsed since={run.startedAt ?? run.queuedAt} />
        ) : (
          '–'
        )}
      </TableCell>
      <TableCell className="tnum text-right whitespace-nowrap text-ink-3">
        <TimeAgo at={run.queuedAt} />
      </TableCell>
    </TableRow>
  );
}

'use client';

import { Plus } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { usePipelines } from '#components/hooks/use-pipelines.ts';
import { useRunHistory, useRuns } from '#components/hooks/use-runs.ts';
import { useSchedules } from '#components/hooks/use-schedules.ts';
import { useCanEdit, useSession } from '#components/hooks/use-session.ts';
import { isFinal } from '#components/runs/live-run.ts';
import { Page } from '#components/shell/page.tsx';
import { QueryError } from '#components/shell/query-error.tsx';
import { Button } from '#components/ui/button.tsx';
import type { PipelineSummary } from '#lib/contracts/pipelines.ts';
import type { RunSummary } from '#lib/contracts/runs.ts';
import type { Schedule } from '#lib/contracts/schedules.ts';
import { DashboardSkeleton } from './dashboard-skeleton.tsx';
import { FailedRuns } from './failed-runs.tsx';
import { FirstRun } from './first-run.tsx';
import { dayBuckets, failedSince, historyStart, stripsByPipeline, summarise } from './history.ts';
import { NextUp } from './next-up.tsx';
import { NowRunning } from './now-running.tsx';
import { PipelinesPanel } from './pipelines-panel.tsx';
import { RecentRuns } from './recent-runs.tsx';
import { DurationChart, SuccessChart } from './run-chart.tsx';
import { useLookedAt } from './use-looked-at.ts';

const RECENT = 12;

export function Dashboard() {
  const [now] = useState(() => new Date());
  const recent = useRuns({ limit: 50 });
  const history = useRunHistory(historyStart(now).toISOString());
  const pipelines = usePipelines();
  const schedules = useSchedules();
  const queries = [recent, history, pipelines, schedules];
  const failed = queries.find((query) => query.error !== null && query.data === undefined);
  return (
    <Page title="Dashboard" actions={<NewPipelineButton />}>
      {failed?.error ? (
        <QueryError
          error={failed.error}
          onRetry={() => {
            for (const query of queries) void query.refetch();
          }}
        />
      ) : recent.data && history.data && pipelines.data && schedules.data ? (
        <DashboardBody
          now={now}
          recent={recent.data.runs}
          history={history.data}
          pipelines={pipelines.data}
          schedules={schedules.data}
        />
      ) : (
        <DashboardSkeleton />
      )}
    </Page>
  );
}

function NewPipelineButton() {
  if (!useCanEdit()) return null;
  return (
    <Button asChild>
      <Link href="/pipelines?new">
        <Plus aria-hidden /> New pipeline
      </Link>
    </Button>
  );
}

interface DashboardBodyProps {
  now: Date;
  recent: readonly RunSummary[];
  history: readonly RunSummary[];
  pipelines: readonly PipelineSummary[];
  schedules: readonly Schedule[];
}

function DashboardBody({ now, recent, history, pipelines, schedules }: DashboardBodyProps) {
  const { data: session } = useSession();
  const [lookedAt, look] = useLookedAt(session?.workspace?.id);
  if (recent.length === 0) return <FirstRun pipelines={pipelines} />;
  // The history is read less often than the recent runs, which are the truth where both have a run.
  const known = new Set(recent.map((run) => run.id));
  const runs = [...recent, ...history.filter((run) => !known.has(run.id))];
  const running = recent.filter((run) => !isFinal(run.status));
  const failures = failedSince(runs, lookedAt);
  const days = dayBuckets(runs, now);
  const summary = summarise(runs);
  return (
    <div className="flex flex-col gap-4">
      {running.length > 0 ? <NowRunning runs={running} /> : null}
      {failures.length > 0 ? <FailedRuns runs={failures} onSeen={look} /> : null}
      <div className="grid grid-cols-3 gap-4">
        <div className="col-span-2 flex min-w-0 flex-col gap-4">
          <div className="grid grid-cols-2 gap-4">
            <SuccessChart days={days} summary={summary} />
            <DurationChart days={days} summary={summary} />
          </div>
          <PipelinesPanel pipelines={pipelines} strips={stripsByPipeline(runs)} schedules={schedules} />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <NextUp schedules={schedules} />
          <RecentRuns runs={recent.slice(0, RECENT)} />
        </div>
      </div>
    </div>
  );
}

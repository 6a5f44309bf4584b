'use client';

import { Plus } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { usePipelines } from '#components/hooks/use-pipelines.ts';
import { HISTORY_DAYS, useRunHistory, useRuns } from '#components/hooks/use-runs.ts';
import { useSchedules } from '#components/hooks/use-schedules.ts';
import { useCanEdit, useSession } from '#components/hooks/use-session.ts';
import { isFinal } from '#components/runs/live-run.ts';
import { Page } from '#components/shell/page.tsx';
import { QueryError } from '#components/shell/query-error.tsx';
import { Button } from '#components/ui/button.tsx';
import type { PipelineSummary } from '#lib/contracts/pipelines.ts';
import type { RunHistory, RunSummary } from '#lib/contracts/runs.ts';
import type { Schedule } from '#lib/contracts/schedules.ts';
import { DashboardSkeleton } from './dashboard-skeleton.tsx';
import { FailedRuns } from './failed-runs.tsx';
import { FirstRun } from './first-run.tsx';
import { dayBuckets, failedSince, lastEnd, startOfDay, stripsByPipeline, summarise } from './history.ts';
import { NextUp } from './next-up.tsx';
import { NowRunning } from './now-running.tsx';
import { PipelinesPanel } from './pipelines-panel.tsx';
import { RecentRuns } from './recent-runs.tsx';
import { DurationChart, SuccessChart } from './run-chart.tsx';
import { useLookedAt } from './use-looked-at.ts';

const RECENT = 12;
// Of each kind, since the person last looked; who has more sees them on the page of runs.
const FAILURES = 100;

export function Dashboard() {
  const [now] = useState(() => new Date());
  const from = startOfDay(now, HISTORY_DAYS - 1).toISOString();
  const recent = useRuns({ limit: 50 });
  const history = useRunHistory(recent.data && lastEnd(recent.data.runs));
  const failed = useRuns({ status: 'failed', from, limit: FAILURES });
  const interrupted = useRuns({ status: 'interrupted', from, limit: FAILURES });
  const pipelines = usePipelines();
  const schedules = useSchedules();
  const queries = [recent, history, failed, interrupted, pipelines, schedules];
  const broken = queries.find((query) => query.error !== null && query.data === undefined);
  return (
    <Page title="Dashboard" actions={<NewPipelineButton />}>
      {broken?.error ? (
        <QueryError
          error={broken.error}
          onRetry={() => {
            for (const query of queries) void query.refetch();
          }}
        />
      ) : recent.data &&
        history.data &&
        failed.data &&
        interrupted.data &&
        pipelines.data &&
        schedules.data ? (
        <DashboardBody
          now={now}
          recent={recent.data.runs}
          history={history.data}
          failures={[...failed.data.runs, ...interrupted.data.runs]}
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
  history: RunHistory;
  failures: readonly RunSummary[];
  pipelines: readonly PipelineSummary[];
  schedules: readonly Schedule[];
}

function DashboardBody({ now, recent, history, failures, pipelines, schedules }: DashboardBodyProps) {
  const { data: session } = useSession();
  const [lookedAt, look] = useLookedAt(session?.workspace?.id);
  if (recent.length === 0) return <FirstRun pipelines={pipelines} />;
  const running = recent.filter((run) => !isFinal(run.status));
  const unseen = failedSince(failures, lookedAt);
  const days = dayBuckets(history, now, HISTORY_DAYS);
  const summary = summarise(history);
  return (
    <div className="flex flex-col gap-4">
      {running.length > 0 ? <NowRunning runs={running} /> : null}
      {unseen.length > 0 ? <FailedRuns runs={unseen} onSeen={look} /> : null}
      <div className="grid grid-cols-3 gap-4">
        <div className="col-span-2 flex min-w-0 flex-col gap-4">
          <div className="grid grid-cols-2 gap-4">
            <SuccessChart days={days} summary={summary} />
            <DurationChart days={days} summary={summary} />
          </div>
          <PipelinesPanel
            pipelines={pipelines}
            strips={stripsByPipeline(history, recent)}
            schedules={schedules}
          />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <NextUp schedules={schedules} />
          <RecentRuns runs={recent.slice(0, RECENT)} />
        </div>
      </div>
    </div>
  );
}

'use client';

import Link from 'next/link';
import { TimeAgo } from '#components/format/time-ago.tsx';
import { pipelineHref } from '#components/runs/run-link.ts';
import { RunStrip } from '#components/runs/run-strip.tsx';
import { Panel } from '#components/shell/page.tsx';
import { StatusBadge } from '#components/ui/status-badge.tsx';
import type { LastRun, PipelineSummary } from '#lib/contracts/pipelines.ts';
import type { Schedule } from '#lib/contracts/schedules.ts';

export interface PipelinesPanelProps {
  pipelines: readonly PipelineSummary[];
  strips: ReadonlyMap<string, readonly LastRun[]>;
  schedules: readonly Schedule[];
}

const SHOWN = 8;

/** Each pipeline with how it has been doing. */
export function PipelinesPanel({ pipelines, strips, schedules }: PipelinesPanelProps) {
  return (
    <Panel
      title="Pipelines"
      aside={
        <Link href="/pipelines" className="hover:text-ink-1 hover:underline">
          All {pipelines.length}
        </Link>
      }
    >
      <ul className="divide-y divide-line">
        {pipelines.slice(0, SHOWN).map((pipeline) => {
          const next = schedules.find((schedule) => schedule.pipelineId === pipeline.id && schedule.enabled);
          return (
            <li key={pipeline.id} className="flex h-12 items-center gap-4 px-4">
              <div className="flex min-w-0 flex-1 flex-col">
                <Link href={pipelineHref(pipeline.id)} className="truncate font-medium hover:underline">
                  {pipeline.name}
                </Link>
                <span className="truncate text-12 leading-4 text-ink-3">
                  {next ? next.sentence : pipeline.description || 'Runs by hand'}
                </span>
              </div>
              <RunStrip runs={strips.get(pipeline.id) ?? []} />
              <div className="w-26 shrink-0">
                {pipeline.lastRun ? (
                  <StatusBadge status={pipeline.lastRun.status} look="plain" />
                ) : (
                  <span className="text-12 text-ink-3">Never run</span>
                )}
              </div>
              <span className="tnum w-26 shrink-0 text-right whitespace-nowrap text-12 text-ink-3">
                {pipeline.lastRun ? <TimeAgo at={pipeline.lastRun.queuedAt} /> : null}
              </span>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

'use client';

import { CalendarClock } from 'lucide-react';
import Link from 'next/link';
import { TimeAgo } from '#components/format/time-ago.tsx';
import { Panel } from '#components/shell/page.tsx';
import { Button } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import type { Schedule } from '#lib/contracts/schedules.ts';

const SHOWN = 5;

/** What will run next by the clock. */
export function NextUp({ schedules }: { schedules: readonly Schedule[] }) {
  const due = schedules
    .flatMap((schedule) => (schedule.nextDue === null ? [] : [{ schedule, at: schedule.nextDue }]))
    .sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  return (
    <Panel
      title="Next up"
      aside={
        due.length > 0 ? (
          <Link href="/schedules" className="hover:text-ink-1 hover:underline">
            All schedules
          </Link>
        ) : null
      }
    >
      {due.length === 0 ? (
        <EmptyState
          compact
          icon={CalendarClock}
          title="Nothing is scheduled"
          action={
            <Button asChild>
              <Link href="/schedules?new">Schedule a pipeline</Link>
            </Button>
          }
        >
          A schedule runs a pipeline by the clock, also when nobody is here.
        </EmptyState>
      ) : (
        <ul className="py-1.5">
          {due.slice(0, SHOWN).map(({ schedule, at }) => (
            <li key={schedule.id} className="flex flex-col px-4 py-1.5">
              <span className="flex items-baseline justify-between gap-3">
                <Link
                  href={`/pipelines/${schedule.pipelineId}`}
                  className="truncate font-medium hover:underline"
                >
                  {schedule.pipelineName}
                </Link>
                <TimeAgo at={at} className="tnum shrink-0 text-12 text-ink-2" />
              </span>
              <span className="truncate text-12 text-ink-3">{schedule.sentence}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

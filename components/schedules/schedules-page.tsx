'use client';

import { CalendarClock, Ellipsis, Pencil, Plus, Trash2 } from 'lucide-react';
import Link from 'next/link';
import { useRouter, useSearchParams } from 'next/navigation';
import { useState } from 'react';
import { formatDay } from '#components/format/time.ts';
import { TimeAgo } from '#components/format/time-ago.tsx';
import { useNow } from '#components/hooks/use-now.ts';
import { useScheduleChanges, useSchedules } from '#components/hooks/use-schedules.ts';
import { useCanEdit } from '#components/hooks/use-session.ts';
import { pipelineHref, runHref } from '#components/runs/run-link.ts';
import { Page } from '#components/shell/page.tsx';
import { QueryError } from '#components/shell/query-error.tsx';
import { TableSkeleton } from '#components/shell/table-skeleton.tsx';
import { ConfirmDialog } from '#components/ui/alert-dialog.tsx';
import { Button } from '#components/ui/button.tsx';
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from '#components/ui/dropdown-menu.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { StatusBadge } from '#components/ui/status-badge.tsx';
import { Switch } from '#components/ui/switch.tsx';
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '#components/ui/table.tsx';
import { Tooltip } from '#components/ui/tooltip.tsx';
import type { Schedule } from '#lib/contracts/schedules.ts';
import { ScheduleDialog } from './schedule-dialog.tsx';

type Opened = { schedule?: Schedule; pipelineId?: string } | null;

export function SchedulesPage() {
  const schedules = useSchedules();
  const canEdit = useCanEdit();
  const params = useSearchParams();
  const router = useRouter();
  const [opened, setOpened] = useState<Opened>(() =>
    params.has('new') ? { pipelineId: params.get('pipeline') ?? undefined } : null,
  );
  const create = () => {
    setOpened({});
  };
  const close = () => {
    setOpened(null);
    if (params.has('new')) router.replace('/schedules');
  };
  return (
    <Page
      title="Schedules"
      layout="full"
      actions={
        canEdit ? (
          <Button variant="primary" onClick={create}>
            <Plus aria-hidden /> New schedule
          </Button>
        ) : null
      }
    >
      <div className="min-h-0 flex-1 overflow-y-auto">
        {schedules.error && !schedules.data ? (
          <QueryError className="m-5" error={schedules.error} onRetry={() => void schedules.refetch()} />
        ) : !schedules.data ? (
          <TableSkeleton label="Schedules" columns={['w-48', 'w-40', 'w-24', 'w-24']} />
        ) : schedules.data.length === 0 ? (
          <EmptyState
            icon={CalendarClock}
            title="Nothing is scheduled"
            action={
              canEdit ? (
                <Button variant="primary" size="md" onClick={create}>
                  New schedule
                </Button>
              ) : null
            }
          >
            A schedule runs a pipeline by the clock, in your time zone, also when nobody is here.
          </EmptyState>
        ) : (
          <ScheduleTable
            schedules={schedules.data}
            onEdit={(schedule) => {
              setOpened({ schedule });
            }}
          />
        )}
      </div>
      {opened ? <ScheduleDialog {...opened} onClose={close} /> : null}
    </Page>
  );
}

function ScheduleTable({
  schedules,
  onEdit,
}: {
  schedules: readonly Schedule[];
  onEdit: (schedule: Schedule) => void;
}) {
  return (
    <Table>
      <TableHead>
        <tr>
          <TableHeader>On</TableHeader>
          <TableHeader>Pipeline</TableHeader>
          <TableHeader>When</TableHeader>
          <TableHeader>Next run</TableHeader>
          <TableHeader>Last run</TableHeader>
          <TableHeader>
            <span className="sr-only">Actions</span>
          </TableHeader>
        </tr>
      </TableHead>
      <TableBody>
        {schedules.map((schedule) => (
          <ScheduleRow key={schedule.id} schedule={schedule} onEdit={onEdit} />
        ))}
      </TableBody>
    </Table>
  );
}

function ScheduleRow({ schedule, onEdit }: { schedule: Schedule; onEdit: (schedule: Schedule) => void }) {
  const { update } = useScheduleChanges();
  const canEdit = useCanEdit();
  return (
    <TableRow data-interactive className="h-13">
      <TableCell>
        <Switch
          aria-label={`Run ${schedule.pipelineName} by this schedule`}
          checked={schedule.enabled}
          disabled={!canEdit || update.isPending}
          onCheckedChange={(enabled) => {
            update.mutate({ id: schedule.id, change: { enabled } });
          }}
        />
      </TableCell>
      <TableCell className="w-full max-w-0">
        <Link href={pipelineHref(schedule.pipelineId)} className="block truncate font-medium hover:underline">
          {schedule.pipelineName}
        </Link>
        <span className="text-12 text-ink-3">
          {schedule.version === null ? 'Live version' : `Version ${schedule.version}`}
        </span>
      </TableCell>
      <TableCell>
        <span className="block max-w-72 truncate">{schedule.sentence}</span>
        <span className="text-12 whitespace-nowrap text-ink-3">
          <code>{schedule.cron}</code> · {schedule.timeZone}
        </span>
      </TableCell>
      <TableCell className="whitespace-nowrap">
        <NextRun schedule={schedule} />
      </TableCell>
      <TableCell className="whitespace-nowrap">
        <LastRun schedule={schedule} />
      </TableCell>
      <TableCell>{canEdit ? <ScheduleMenu schedule={schedule} onEdit={onEdit} /> : null}</TableCell>
    </TableRow>
  );
}

function NextRun({ schedule }: { schedule: Schedule }) {
  const now = new Date(useNow('minute'));
  if (schedule.nextDue === null) return <StatusBadge status="paused" />;
  return (
    <Tooltip
      content={
        <ol className="tnum flex flex-col">
          {schedule.nextRuns.map((at) => (
            <li key={at}>{formatDay(new Date(at), { now, timeZone: schedule.timeZone })}</li>
          ))}
        </ol>
      }
    >
      <span tabIndex={0} className="tnum">
        {formatDay(new Date(schedule.nextDue), { now, timeZone: schedule.timeZone })}
      </span>
    </Tooltip>
  );
}

function LastRun({ schedule }: { schedule: Schedule }) {
  const { lastRun, lastSkip } = schedule;
  if (lastSkip && (!lastRun || Date.parse(lastSkip.dueAt) > Date.parse(lastRun.queuedAt))) {
    return (
      <span className="flex flex-col">
        <StatusBadge status="skipped" look="plain" />
        <span className="max-w-56 truncate text-12 text-ink-3">{lastSkip.reason}</span>
      </span>
    );
  }
  if (!lastRun) return <span className="text-ink-3">Not yet</span>;
  return (
    <Link href={runHref(lastRun)} className="flex flex-col hover:underline">
      <StatusBadge status={lastRun.status} look="plain" />
      <span className="tnum text-12 text-ink-3">
        <TimeAgo at={lastRun.queuedAt} />
      </span>
    </Link>
  );
}

function ScheduleMenu({ schedule, onEdit }: { schedule: Schedule; onEdit: (schedule: Schedule) => void }) {
  const [deleting, setDeleting] = useState(false);
  const { remove } = useScheduleChanges();
  return (
    <>
      <Menu>
        <MenuTrigger asChild>
          <IconButton label={`Actions for the schedule of ${schedule.pipelineName}`} tooltip={false}>
            <Ellipsis aria-hidden />
          </IconButton>
        </MenuTrigger>
        <MenuContent align="end">
          <MenuItem
            onSelect={() => {
              onEdit(schedule);
            }}
          >
            <Pencil aria-hidden /> Edit…
          </MenuItem>
          <MenuSeparator />
          <MenuItem
            danger
            onSelect={() => {
              setDeleting(true);
            }}
          >
            <Trash2 aria-hidden /> Delete…
          </MenuItem>
        </MenuContent>
      </Menu>
      <ConfirmDialog
        open={deleting}
        onOpenChange={setDeleting}
        title="Delete this schedule?"
        description={`${schedule.pipelineName} will no longer run by itself (${schedule.sentence}). Its runs stay.`}
        confirmLabel="Delete"
        danger
        busy={remove.isPending}
        onConfirm={() => {
          remove.mutate(schedule.id, {
            onSuccess: () => {
              setDeleting(false);
            },
          });
        }}
      />
    </>
  );
}

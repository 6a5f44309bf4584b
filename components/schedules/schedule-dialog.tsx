'use client';

import { useMemo, useState, type FormEvent } from 'react';
import { inWords } from '#components/format/in-words.ts';
import { formatDay } from '#components/format/time.ts';
import { usePipeline, usePipelines, useVersions } from '#components/hooks/use-pipelines.ts';
import { useScheduleChanges } from '#components/hooks/use-schedules.ts';
import { Button } from '#components/ui/button.tsx';
import { CheckboxField } from '#components/ui/checkbox.tsx';
import { Combobox } from '#components/ui/combobox.tsx';
import { Dialog, DialogClose, DialogContent } from '#components/ui/dialog.tsx';
import { ErrorPanel } from '#components/ui/error-panel.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { Select } from '#components/ui/select.tsx';
import type { Schedule } from '#lib/contracts/schedules.ts';
import { toErrorRecord } from '#lib/errors/app-error.ts';
import { CUSTOM, PRESETS, presetOf } from './cron-presets.ts';
import { ParameterFields } from './parameter-fields.tsx';
import {
  draftOf,
  newDraft,
  readCron,
  timeZones,
  type CronReading,
  type ScheduleDraft,
} from './schedule-draft.ts';

export interface ScheduleDialogProps {
  /** The one to change; a new one without. */
  schedule?: Schedule;
  /** For a new one: the pipeline that is chosen already. */
  pipelineId?: string;
  onClose: () => void;
}

const browserZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** When a pipeline runs by itself. */
export function ScheduleDialog({ schedule, pipelineId, onClose }: ScheduleDialogProps) {
  const { data: pipelines } = usePipelines();
  const [draft, setDraft] = useState<ScheduleDraft>(() =>
    schedule ? draftOf(schedule) : newDraft(pipelineId ?? '', browserZone()),
  );
  const [now] = useState(() => new Date());
  const changes = useScheduleChanges();
  const reading = useMemo(() => readCron(draft.cron, draft.timeZone, now), [draft.cron, draft.timeZone, now]);
  const change = (part: Partial<ScheduleDraft>) => {
    setDraft((before) => ({ ...before, ...part }));
  };
  const saving = schedule ? changes.update : changes.create;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { pipelineId: _, ...settings } = draft;
    if (schedule) changes.update.mutate({ id: schedule.id, change: settings }, { onSuccess: onClose });
    else changes.create.mutate(draft, { onSuccess: onClose });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <DialogContent
        title={schedule ? `Schedule of ${schedule.pipelineName}` : 'New schedule'}
        footer={
          <>
            <DialogClose asChild>
              <Button>Cancel</Button>
            </DialogClose>
            <Button
              type="submit"
              form="schedule"
              variant="primary"
              disabled={!reading.ok || draft.pipelineId === ''}
              busy={saving.isPending}
            >
              {schedule ? 'Save' : 'Create schedule'}
            </Button>
          </>
        }
      >
        <form id="schedule" onSubmit={submit} className="flex flex-col gap-4">
          {schedule ? null : (
            <Field label="Pipeline">
              <Combobox
                value={draft.pipelineId}
                onValueChange={(value) => {
                  change({ pipelineId: value, version: null, parameters: {} });
                }}
                placeholder="Choose a pipeline…"
                options={(pipelines ?? []).map((pipeline) => ({ value: pipeline.id, label: pipeline.name }))}
              />
            </Field>
          )}
          <Times draft={draft} reading={reading} onChange={change} now={now} />
          <Field label="If the run before has not ended">
            <Select
              value={draft.overlap}
              onValueChange={(value) => {
                change({ overlap: value === 'queue' ? 'queue' : 'skip' });
              }}
              options={[
                { value: 'skip', label: 'Leave this one out' },
                { value: 'queue', label: 'Wait for it, then run' },
              ]}
            />
          </Field>
          {draft.pipelineId === '' ? null : <WhatRuns draft={draft} onChange={change} />}
          <CheckboxField
            checked={draft.catchUp}
            onCheckedChange={(checked) => {
              change({ catchUp: checked === true });
            }}
            label="Catch up after downtime"
            hint="Times missed while the server was down make one run on return."
          />
          {saving.error ? <ErrorPanel error={toErrorRecord(saving.error)} /> : null}
        </form>
      </DialogContent>
    </Dialog>
  );
}

interface PartProps {
  draft: ScheduleDraft;
  onChange: (part: Partial<ScheduleDraft>) => void;
}

function Times({ draft, reading, onChange, now }: PartProps & { reading: CronReading; now: Date }) {
  const preset = presetOf(draft.cron);
  const zones = useMemo(
    () => timeZones().map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') })),
    [],
  );
  return (
    <>
      <div className="grid grid-cols-2 gap-3">
        <Field label="Runs">
          <Select
            value={preset}
            onValueChange={(id) => {
              onChange({ cron: PRESETS.find((each) => each.id === id)?.cron ?? '30 7 * * *' });
            }}
            options={[
              ...PRESETS.map(({ id, label }) => ({ value: id, label })),
              { value: CUSTOM, label: 'Custom' },
            ]}
          />
        </Field>
        <Field label="Time zone">
          <Combobox
            value={draft.timeZone}
            onValueChange={(timeZone) => {
              onChange({ timeZone });
            }}
            options={zones}
            searchPlaceholder="Search zones…"
          />
        </Field>
      </div>
      <Field
        label="Cron"
        hint="minute · hour · day of month · month · day of week"
        error={reading.ok ? undefined : inWords(reading.error)}
      >
        <Input
          value={draft.cron}
          onChange={(event) => {
            onChange({ cron: event.target.value });
          }}
          className="data-text"
          spellCheck={false}
        />
      </Field>
      <div aria-live="polite" className="-mt-2 min-h-24 rounded-control bg-surface-2 px-3 py-2 text-12">
        {reading.ok ? (
          <>
            <p className="font-medium text-ink-1">{reading.sentence}</p>
            <ol
              aria-label="Next five times"
              className="tnum mt-1 grid grid-flow-col grid-cols-2 grid-rows-3 gap-x-4 gap-y-0.5 text-ink-2"
            >
              {reading.next.map((time) => (
                <li key={time.getTime()}>{formatDay(time, { now, timeZone: draft.timeZone })}</li>
              ))}
            </ol>
          </>
        ) : (
          <p className="text-ink-3">The next times show here.</p>
        )}
      </div>
    </>
  );
}

const LIVE = 'live';

function WhatRuns({ draft, onChange }: PartProps) {
  const { data: versions } = useVersions(draft.pipelineId);
  const { data: pipeline } = usePipeline(draft.pipelineId);
  const live = versions?.find((version) => version.live);
  return (
    <>
      <Field
        label="Version"
        hint={
          live ? undefined : 'Nothing is published yet: the draft is published when the schedule is made.'
        }
      >
        <Select
          value={draft.version === null ? LIVE : String(draft.version)}
          onValueChange={(value) => {
            onChange({ version: value === LIVE ? null : Number(value) });
          }}
          options={[
            { value: LIVE, label: live ? `The live one, now version ${live.number}` : 'The live one' },
            ...(versions ?? []).map((version) => ({
              value: String(version.number),
              label: `Always version ${version.number}`,
            })),
          ]}
        />
      </Field>
      {pipeline ? (
        <ParameterFields
          document={pipeline.document}
          values={draft.parameters}
          onChange={(parameters) => {
            onChange({ parameters });
          }}
        />
      ) : null}
    </>
  );
}

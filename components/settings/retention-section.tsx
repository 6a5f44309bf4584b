'use client';

import { useState, type FormEvent } from 'react';
import { useRetention, useSetRetention } from '#components/hooks/use-workspace.ts';
import { QueryError } from '#components/shell/query-error.tsx';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { toast } from '#components/ui/toast.tsx';
import { retentionSchema, type Retention, type Workspace } from '#lib/contracts/workspaces.ts';
import { Section } from './section.tsx';

/** How long logs and runs are kept; owners change it. */
export function RetentionSection({ workspace }: { workspace: Workspace }) {
  const retention = useRetention(workspace.id);
  return (
    <Section title="Retention" description="What is older is deleted for good.">
      {retention.error && !retention.data ? (
        <QueryError error={retention.error} onRetry={() => void retention.refetch()} />
      ) : !retention.data ? (
        <Skeleton className="h-20" />
      ) : (
        <RetentionForm workspace={workspace} saved={retention.data} />
      )}
    </Section>
  );
}

const textOf = (days: number | null) => (days === null ? '' : String(days));

/** What was typed as a number of days; nothing is null. */
function readDays(text: string): { days: number | null; error?: string } {
  const parsed = retentionSchema.shape.logDays.safeParse(text.trim() === '' ? null : Number(text));
  return parsed.success
    ? { days: parsed.data }
    : { days: null, error: 'A whole number of days, from 1 to 3650.' };
}

function RetentionForm({ workspace, saved }: { workspace: Workspace; saved: Retention }) {
  const [logs, setLogs] = useState(textOf(saved.logDays));
  const [runs, setRuns] = useState(textOf(saved.runDays));
  const save = useSetRetention(workspace.id);
  const owner = workspace.role === 'owner';
  const [logDays, runDays] = [readDays(logs), readDays(runs)];
  const good = logDays.error === undefined && runDays.error === undefined;
  const changed = logDays.days !== saved.logDays || runDays.days !== saved.runDays;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(
      { logDays: logDays.days, runDays: runDays.days },
      { onSuccess: () => toast.success('Saved. It takes effect within six hours.') },
    );
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <div className="grid grid-cols-2 gap-3">
        <Field
          label="Days to keep logs"
          hint="Empty: as the server is set, 30 unless told."
          error={logDays.error}
        >
          <Input
            inputMode="numeric"
            placeholder="Server’s default"
            disabled={!owner}
            value={logs}
            onChange={(event) => {
              setLogs(event.target.value);
            }}
          />
        </Field>
        <Field
          label="Days to keep finished runs"
          hint="Empty: for ever. The newest of each pipeline stays."
          error={runDays.error}
        >
          <Input
            inputMode="numeric"
            placeholder="For ever"
            disabled={!owner}
            value={runs}
            onChange={(event) => {
              setRuns(event.target.value);
            }}
          />
        </Field>
      </div>
      {owner ? (
        <Button type="submit" className="self-start" disabled={!good || !changed} busy={save.isPending}>
          Save
        </Button>
      ) : (
        <p className="text-12 text-ink-3">Only owners can change it.</p>
      )}
    </form>
  );
}

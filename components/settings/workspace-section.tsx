'use client';

import { useState, type FormEvent } from 'react';
import { useRenameWorkspace } from '#components/hooks/use-workspace.ts';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { toast } from '#components/ui/toast.tsx';
import type { Workspace } from '#lib/contracts/workspaces.ts';
import { Section } from './section.tsx';

export function WorkspaceSection({ workspace }: { workspace: Workspace }) {
  const [name, setName] = useState(workspace.name);
  const rename = useRenameWorkspace(workspace.id);
  const owner = workspace.role === 'owner';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate(name.trim(), { onSuccess: () => toast.success('Renamed the workspace.') });
  };
  return (
    <Section title="Workspace" description="Pipelines, files and runs belong to it.">
      <form onSubmit={submit} className="flex items-end gap-2">
        <Field label="Name" className="flex-1" hint={owner ? undefined : 'Only owners can rename it.'}>
          <Input
            value={name}
            onChange={(event) => {
              setName(event.target.value);
            }}
            maxLength={100}
            disabled={!owner}
          />
        </Field>
        {owner ? (
          <Button
            type="submit"
            disabled={name.trim() === '' || name.trim() === workspace.name}
            busy={rename.isPending}
          >
            Rename
          </Button>
        ) : null}
      </form>
    </Section>
  );
}

'use client';

import { useState, type FormEvent } from 'react';
import { useCreateWorkspace } from '#components/hooks/use-workspace.ts';
import { Button } from '#components/ui/button.tsx';
import { Dialog, DialogClose, DialogContent } from '#components/ui/dialog.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';

export interface NewWorkspaceDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onCreated: (id: string) => void;
}

export function NewWorkspaceDialog({ open, onOpenChange, onCreated }: NewWorkspaceDialogProps) {
  const [name, setName] = useState('');
  const create = useCreateWorkspace();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(name, {
      onSuccess: (workspace) => {
        onOpenChange(false);
        setName('');
        onCreated(workspace.id);
      },
    });
  };
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent
        title="New workspace"
        description="Pipelines, files and runs of a workspace are seen by its members only."
        footer={
          <>
            <DialogClose asChild>
              <Button>Cancel</Button>
            </DialogClose>
            <Button
              type="submit"
              form="new-workspace"
              variant="primary"
              disabled={name.trim() === ''}
              busy={create.isPending}
            >
              Create
            </Button>
          </>
        }
      >
        <form id="new-workspace" onSubmit={submit}>
          <Field label="Name">
            <Input
              value={name}
              onChange={(event) => {
                setName(event.target.value);
              }}
              maxLength={100}
              autoFocus
            />
          </Field>
        </form>
      </DialogContent>
    </Dialog>
  );
}

'use client';

import { useState, type FormEvent } from 'react';
import { useRenamePipeline } from '#components/hooks/use-pipelines.ts';
import { Button } from '#components/ui/button.tsx';
import { Dialog, DialogClose, DialogContent } from '#components/ui/dialog.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import type { PipelineSummary } from '#lib/contracts/pipelines.ts';

export function RenameDialog({ pipeline, onClose }: { pipeline: PipelineSummary; onClose: () => void }) {
  const [name, setName] = useState(pipeline.name);
  const rename = useRenamePipeline();
  const trimmed = name.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (trimmed === '' || trimmed === pipeline.name) onClose();
    else rename.mutate({ pipeline, name: trimmed }, { onSuccess: onClose });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <DialogContent
        title="Rename the pipeline"
        footer={
          <>
            <DialogClose asChild>
              <Button>Cancel</Button>
            </DialogClose>
            <Button
              type="submit"
              form="rename-pipeline"
              variant="primary"
              disabled={trimmed === ''}
              busy={rename.isPending}
            >
              Rename
            </Button>
          </>
        }
      >
        <form id="rename-pipeline" onSubmit={submit}>
          <Field label="Name">
            <Input
              value={name}
              onChange={(event) => {
                setName(event.target.value);
              }}
              onFocus={(event) => {
                event.target.select();
              }}
              maxLength={200}
              autoFocus
            />
          </Field>
        </form>
      </DialogContent>
    </Dialog>
  );
}

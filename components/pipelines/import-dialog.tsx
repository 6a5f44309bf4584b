'use client';

import { FileUp } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useDeferredValue, useMemo, useRef, useState, type DragEvent } from 'react';
import { useCreatePipeline } from '#components/hooks/use-pipelines.ts';
import { pipelineHref } from '#components/runs/run-link.ts';
import { Button } from '#components/ui/button.tsx';
import { cn } from '#components/ui/cn.ts';
import { Dialog, DialogClose, DialogContent } from '#components/ui/dialog.tsx';
import { FaultList } from '#components/ui/error-panel.tsx';
import { Field } from '#components/ui/field.tsx';
import { Textarea } from '#components/ui/input.tsx';
import { toast } from '#components/ui/toast.tsx';
import { checkImport, IMPORT_BYTES_MAX } from './import-document.ts';

/** A pipeline from YAML or JSON: dropped, chosen or pasted. */
export function ImportDialog({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const [text, setText] = useState('');
  const [over, setOver] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const router = useRouter();
  const create = useCreatePipeline();
  const deferred = useDeferredValue(text);
  const { document, faults } = useMemo(() => checkImport(deferred), [deferred]);
  const errors = faults.filter((fault) => fault.severity === 'error').length;

  const take = async (file: File | undefined) => {
    if (!file) return;
    if (file.size > IMPORT_BYTES_MAX) toast.error(`${file.name} is too large for a pipeline.`);
    else setText(await file.text());
  };
  const close = (next: boolean) => {
    onOpenChange(next);
    if (!next) setText('');
  };
  const submit = () => {
    if (!document) return;
    create.mutate(
      { document: { ...document } },
      {
        onSuccess: (pipeline) => {
          close(false);
          router.push(pipelineHref(pipeline.id));
        },
      },
    );
  };
  return (
    <Dialog open={open} onOpenChange={close}>
      <DialogContent
        title="Import a pipeline"
        description="YAML or JSON, as exported here or kept in git."
        className="w-[min(calc(100vw-32px),40rem)]"
        footer={
          <>
            <DialogClose asChild>
              <Button>Cancel</Button>
            </DialogClose>
            <Button variant="primary" disabled={!document} busy={create.isPending} onClick={submit}>
              Import
            </Button>
          </>
        }
      >
        <div
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => {
            setOver(false);
          }}
          onDrop={(event: DragEvent) => {
            event.preventDefault();
            setOver(false);
            void take(event.dataTransfer.files[0]);
          }}
          className="flex flex-col gap-3"
        >
          <Field
            label="Document"
            aside={
              <Button variant="ghost" onClick={() => picker.current?.click()}>
                <FileUp aria-hidden /> Choose a file
              </Button>
            }
            hint={text === '' ? 'Paste it here, or drop a file.' : undefined}
          >
            <Textarea
              value={text}
              onChange={(event) => {
                setText(event.target.value);
              }}
              rows={14}
              spellCheck={false}
              className={cn('data-text', over && 'border-accent bg-accent/5')}
            />
          </Field>
          <input
            ref={picker}
            type="file"
            accept=".yaml,.yml,.json"
            hidden
            onChange={(event) => void take(event.target.files?.[0])}
          />
          {faults.length > 0 ? (
            <div className="flex flex-col gap-2 rounded-control border border-line bg-surface-2 p-3">
              <p className="text-12 font-medium">
                {document
                  ? errors > 0
                    ? 'It can be imported; mend these in the editor.'
                    : 'Worth a look:'
                  : 'This is not a pipeline yet.'}
              </p>
              <FaultList faults={faults} className="max-h-40 overflow-y-auto" />
            </div>
          ) : null}
        </div>
      </DialogContent>
    </Dialog>
  );
}

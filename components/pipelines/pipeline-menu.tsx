'use client';

import { Copy, Download, Ellipsis, Pencil, Play, Trash2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useDeletePipeline, useDuplicatePipeline } from '#components/hooks/use-pipelines.ts';
import { useStartRun } from '#components/hooks/use-runs.ts';
import { useCanEdit } from '#components/hooks/use-session.ts';
import { pipelineHref, runHref } from '#components/runs/run-link.ts';
import { ConfirmDialog } from '#components/ui/alert-dialog.tsx';
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from '#components/ui/dropdown-menu.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { toast } from '#components/ui/toast.tsx';
import { callApi } from '#lib/contracts/client.ts';
import type { PipelineSummary } from '#lib/contracts/pipelines.ts';
import { readDocument } from '#lib/document/read.ts';
import { toYaml } from '#lib/document/serialise.ts';
import { toAppError } from '#lib/errors/app-error.ts';
import { copyName, exportFileName } from './import-document.ts';
import { RenameDialog } from './rename-dialog.tsx';
import { saveTextFile } from './save-file.ts';

/** What can be done with a pipeline of the list. */
export function PipelineMenu({ pipeline, names }: { pipeline: PipelineSummary; names: readonly string[] }) {
  const [dialog, setDialog] = useState<'rename' | 'delete' | null>(null);
  const router = useRouter();
  const canEdit = useCanEdit();
  const start = useStartRun();
  const duplicate = useDuplicatePipeline();
  const run = () => {
    start.mutate(
      { pipelineId: pipeline.id },
      {
        onSuccess: (started) => {
          router.push(runHref(started));
        },
      },
    );
  };
  const copy = () => {
    const name = copyName(pipeline.name, names);
    duplicate.mutate(
      { id: pipeline.id, name },
      {
        onSuccess: (made) =>
          toast.success(`Made “${made.name}”.`, {
            action: {
              label: 'Open',
              onClick: () => {
                router.push(pipelineHref(made.id));
              },
            },
          }),
      },
    );
  };
  return (
    <>
      <Menu>
        <MenuTrigger asChild>
          <IconButton label={`Actions for ${pipeline.name}`} tooltip={false}>
            <Ellipsis aria-hidden />
          </IconButton>
        </MenuTrigger>
        <MenuContent align="end">
          {canEdit ? (
            <MenuItem onSelect={run}>
              <Play aria-hidden /> Run
            </MenuItem>
          ) : null}
          {canEdit ? (
            <MenuItem
              onSelect={() => {
                setDialog('rename');
              }}
            >
              <Pencil aria-hidden /> Rename…
            </MenuItem>
          ) : null}
          {canEdit ? (
            <MenuItem onSelect={copy}>
              <Copy aria-hidden /> Duplicate
            </MenuItem>
          ) : null}
          <MenuItem
            onSelect={() => {
              void exportYaml(pipeline);
            }}
          >
            <Download aria-hidden /> Export as YAML
          </MenuItem>
          {canEdit ? <MenuSeparator /> : null}
          {canEdit ? (
            <MenuItem
              danger
              onSelect={() => {
                setDialog('delete');
              }}
            >
              <Trash2 aria-hidden /> Delete…
            </MenuItem>
          ) : null}
        </MenuContent>
      </Menu>
      {dialog === 'rename' ? (
        <RenameDialog
          pipeline={pipeline}
          onClose={() => {
            setDialog(null);
          }}
        />
      ) : null}
      <DeleteDialog
        pipeline={pipeline}
        open={dialog === 'delete'}
        onClose={() => {
          setDialog(null);
        }}
      />
    </>
  );
}

function DeleteDialog({
  pipeline,
  open,
  onClose,
}: {
  pipeline: PipelineSummary;
  open: boolean;
  onClose: () => void;
}) {
  const remove = useDeletePipeline();
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={`Delete “${pipeline.name}”?`}
      description="Its versions, runs and schedules go with it. Files that it wrote stay. This can’t be undone."
      confirmLabel="Delete"
      danger
      busy={remove.isPending}
      onConfirm={() => {
        remove.mutate(pipeline.id, {
          onSuccess: () => {
            onClose();
            toast.success(`Deleted “${pipeline.name}”.`);
          },
        });
      }}
    />
  );
}

async function exportYaml(pipeline: PipelineSummary): Promise<void> {
  try {
    const { document } = await callApi('getPipeline', { params: { id: pipeline.id } });
    const read = readDocument(document);
    // What can't be read as a pipeline is still the person's work: it goes out as it is stored.
    if (read.document && read.faults.every((fault) => fault.severity === 'warning'))
      saveTextFile(exportFileName(pipeline.name), toYaml(read.document));
    else
      saveTextFile(
        exportFileName(pipeline.name).replace(/yaml$/, 'json'),
        `${JSON.stringify(document, null, 2)}\n`,
      );
  } catch (error) {
    toast.error(toAppError(error).message);
  }
}

'use client';

import { ChevronDown, Download, RotateCcw, Square, StepForward } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useCancelRun, useResumeRun, useStartRun } from '#components/hooks/use-runs.ts';
import { useCanEdit } from '#components/hooks/use-session.ts';
import { Button } from '#components/ui/button.tsx';
import { Menu, MenuContent, MenuItem, MenuTrigger } from '#components/ui/dropdown-menu.tsx';
import { downloadUrl } from '#lib/contracts/client.ts';
import type { RunStatus } from '#lib/contracts/run-record.ts';
import type { RunDetail, RunSummary } from '#lib/contracts/runs.ts';
import { isFinal } from './live-run.ts';
import { outputsOf } from './outputs.ts';
import { runHref } from './run-link.ts';

/** Cancel while it runs; afterwards resume, run again, and take its files. */
export function RunActions({ detail, status }: { detail: RunDetail; status: RunStatus }) {
  const canEdit = useCanEdit();
  return (
    <>
      <Outputs detail={detail} />
      {canEdit && isFinal(status) ? <RunAgain detail={detail} /> : null}
      {canEdit && isFinal(status) && status !== 'succeeded' ? <Resume detail={detail} /> : null}
      {canEdit && !isFinal(status) ? <Cancel id={detail.id} status={status} /> : null}
    </>
  );
}

function Cancel({ id, status }: { id: string; status: RunStatus }) {
  const cancel = useCancelRun();
  return (
    <Button
      busy={cancel.isPending || status === 'cancelling'}
      onClick={() => {
        cancel.mutate(id);
      }}
    >
      <Square aria-hidden /> Cancel
    </Button>
  );
}

function useOpenRun(): (run: RunSummary) => void {
  const router = useRouter();
  return (run) => {
    router.push(runHref(run));
  };
}

function Resume({ detail }: { detail: RunDetail }) {
  const resume = useResumeRun();
  const onSuccess = useOpenRun();
  return (
    <Menu>
      <MenuTrigger asChild>
        <Button variant="primary" busy={resume.isPending}>
          <StepForward aria-hidden /> Resume <ChevronDown aria-hidden />
        </Button>
      </MenuTrigger>
      <MenuContent align="end">
        <MenuItem
          onSelect={() => {
            resume.mutate({ id: detail.id, version: 'same' }, { onSuccess });
          }}
        >
          With version {detail.version}, as it ran
        </MenuItem>
        <MenuItem
          onSelect={() => {
            resume.mutate({ id: detail.id, version: 'newest' }, { onSuccess });
          }}
        >
          With the newest draft
        </MenuItem>
      </MenuContent>
    </Menu>
  );
}

function RunAgain({ detail }: { detail: RunDetail }) {
  const start = useStartRun();
  const onSuccess = useOpenRun();
  const again = { pipelineId: detail.pipelineId, parameters: detail.parameters };
  return (
    <Menu>
      <MenuTrigger asChild>
        <Button busy={start.isPending}>
          <RotateCcw aria-hidden /> Run again <ChevronDown aria-hidden />
        </Button>
      </MenuTrigger>
      <MenuContent align="end">
        <MenuItem
          onSelect={() => {
            start.mutate({ ...again, version: detail.version }, { onSuccess });
          }}
        >
          Version {detail.version}
        </MenuItem>
        <MenuItem
          onSelect={() => {
            start.mutate(again, { onSuccess });
          }}
        >
          The newest draft
        </MenuItem>
      </MenuContent>
    </Menu>
  );
}

function Outputs({ detail }: { detail: RunDetail }) {
  const outputs = outputsOf(detail);
  const [only] = outputs;
  if (!only) return null;
  if (outputs.length === 1)
    return (
      <Button asChild>
        <a href={downloadUrl(only.path)} download>
          <Download aria-hidden /> Download {fileName(only.path)}
        </a>
      </Button>
    );
  return (
    <Menu>
      <MenuTrigger asChild>
        <Button>
          <Download aria-hidden /> Download <ChevronDown aria-hidden />
        </Button>
      </MenuTrigger>
      <MenuContent align="end">
        {outputs.map((output) => (
          <MenuItem key={output.nodeId} asChild>
            <a href={downloadUrl(output.path)} download>
              {fileName(output.path)}
            </a>
          </MenuItem>
        ))}
      </MenuContent>
    </Menu>
  );
}

const fileName = (path: string) => path.split('/').at(-1) ?? path;

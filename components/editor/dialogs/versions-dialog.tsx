'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { formatRelative } from '#components/format/time.ts';
import { queryKeys } from '#components/hooks/query-keys.ts';
import { useNow } from '#components/hooks/use-now.ts';
import { useVersions } from '#components/hooks/use-pipelines.ts';
import { QueryError } from '#components/shell/query-error.tsx';
import { Badge } from '#components/ui/badge.tsx';
import { Button } from '#components/ui/button.tsx';
import { cn } from '#components/ui/cn.ts';
import { Dialog, DialogContent } from '#components/ui/dialog.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { toast } from '#components/ui/toast.tsx';
import { callApi } from '#lib/contracts/client.ts';
import type { VersionSummary } from '#lib/contracts/pipelines.ts';
import { toAppError } from '#lib/errors/app-error.ts';
import { restoreVersion } from '../actions/document-actions.ts';
import { useEditor } from '../editor-context.tsx';
import { VersionView } from './version-view.tsx';

/** What ran and what was published; publishing makes one of them what schedules run. */
export function VersionsDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
    >
      {open ? <Versions onClose={onClose} /> : null}
    </Dialog>
  );
}

function Versions({ onClose }: { onClose: () => void }) {
  const editor = useEditor();
  const versions = useVersions(editor.pipeline.id);
  const { busy, publish, restore } = useVersionActions(onClose);
  const [lookingAt, setLookingAt] = useState<number | null>(null);
  const shown = versions.data?.find((version) => version.number === lookingAt);
  const changing = shown ? (
    <>
      {shown.live ? null : (
        <Button busy={busy} onClick={() => void publish(shown.number)}>
          Publish
        </Button>
      )}
      <Button variant="primary" disabled={busy} onClick={() => void restore(shown.number)}>
        Restore as the draft
      </Button>
    </>
  ) : (
    <Button variant="primary" busy={busy} onClick={() => void publish()}>
      Publish the draft
    </Button>
  );
  return (
    <DialogContent
      title={shown ? `Version ${shown.number}` : 'Versions'}
      description={
        shown
          ? 'As it was run or published. Looking at it changes nothing.'
          : 'Each run keeps the document it ran. The live version is what schedules run.'
      }
      className={cn(shown && 'w-[min(calc(100vw-32px),60rem)]')}
      footer={
        <>
          {shown ? (
            <Button
              variant="ghost"
              className="mr-auto"
              onClick={() => {
                setLookingAt(null);
              }}
            >
              All versions
            </Button>
          ) : null}
          {editor.readOnly ? null : changing}
        </>
      }
    >
      {shown ? (
        <VersionView number={shown.number} />
      ) : versions.error ? (
        <QueryError error={versions.error} onRetry={() => void versions.refetch()} />
      ) : (
        <VersionList versions={versions.data} onLook={setLookingAt} />
      )}
    </DialogContent>
  );
}

function useVersionActions(onRestored: () => void) {
  const editor = useEditor();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const trying = async (act: () => Promise<void>) => {
    setBusy(true);
    try {
      await act();
    } catch (thrown) {
      const error = toAppError(thrown);
      toast.error(error.message, { description: error.hint ?? error.issues?.[0]?.message });
    } finally {
      setBusy(false);
    }
  };
  return {
    busy,
    /** Makes a version the live one; without a number the draft as it is on screen, once it is saved. */
    publish: (version?: number) =>
      trying(async () => {
        if (version === undefined) await editor.save.flush();
        const live = await callApi('publishPipeline', {
          params: { id: editor.pipeline.id },
          body: version === undefined ? {} : { version },
        });
        toast.success(`Version ${live.number} is live.`, { description: 'Schedules run it from now on.' });
        await client.invalidateQueries({ queryKey: queryKeys.pipelines });
      }),
    restore: (version: number) =>
      trying(async () => {
        await restoreVersion(editor, version);
        toast.success(`The draft is version ${version} again.`, {
          description: 'Undo brings back what it was.',
        });
        onRestored();
      }),
  };
}

function VersionList({
  versions,
  onLook,
}: {
  versions: readonly VersionSummary[] | undefined;
  onLook: (version: number) => void;
}) {
  const now = useNow('minute');
  if (!versions)
    return (
      <div className="flex flex-col gap-3">
        {['w-40', 'w-48', 'w-36'].map((width) => (
          <Skeleton key={width} className={width} />
        ))}
      </div>
    );
  if (versions.length === 0)
    return (
      <EmptyState compact title="No versions yet">
        Run the pipeline or publish the draft to make the first.
      </EmptyState>
    );
  return (
    <ul>
      {versions.map((version) => (
        <li key={version.id} className="flex h-9 items-center gap-2 border-b border-line last:border-b-0">
          <span className="tnum w-20 text-13 font-medium">Version {version.number}</span>
          {version.live ? <Badge tone="good">Live</Badge> : null}
          <span className="flex-1 text-12 text-ink-3">
            {formatRelative(new Date(version.createdAt), { now: new Date(now) })}
          </span>
          <Button
            variant="ghost"
            aria-label={`Look at version ${version.number}`}
            onClick={() => {
              onLook(version.number);
            }}
          >
            Look at it
          </Button>
        </li>
      ))}
    </ul>
  );
}

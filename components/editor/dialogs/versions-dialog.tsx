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
import { Dialog, DialogContent } from '#components/ui/dialog.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { toast } from '#components/ui/toast.tsx';
import { callApi } from '#lib/contracts/client.ts';
import type { VersionSummary } from '#lib/contracts/pipelines.ts';
import { toAppError } from '#lib/errors/app-error.ts';
import { restoreVersion } from '../actions/document-actions.ts';
import { useEditor } from '../editor-context.tsx';

/** What ran and what was published; publishing makes one of them what schedules run. */
export function VersionsDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const editor = useEditor();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const publish = async (version?: number) => {
    setBusy(true);
    try {
      if (version === undefined) await editor.save.flush();
      const live = await callApi('publishPipeline', {
        params: { id: editor.pipeline.id },
        body: version === undefined ? {} : { version },
      });
      toast.success(`Version ${live.number} is live.`, { description: 'Schedules run it from now on.' });
      await client.invalidateQueries({ queryKey: queryKeys.pipelines });
    } catch (thrown) {
      const error = toAppError(thrown);
      toast.error(error.message, { description: error.hint });
    } finally {
      setBusy(false);
    }
  };
  const restore = async (version: number) => {
    try {
      await restoreVersion(editor, version);
      onClose();
    } catch (thrown) {
      toast.error(toAppError(thrown).message);
    }
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
    >
      <DialogContent
        title="Versions"
        description="Each run keeps the document it ran. The live version is what schedules run."
        footer={
          <Button variant="primary" busy={busy} onClick={() => void publish()}>
            Publish the draft
          </Button>
        }
      >
        {open ? (
          <VersionList
            id={editor.pipeline.id}
            busy={busy}
            onPublish={(number) => void publish(number)}
            onRestore={(number) => void restore(number)}
          />
        ) : null}
      </DialogContent>
    </Dialog>
  );
}

interface VersionListProps {
  id: string;
  busy: boolean;
  onPublish: (version: number) => void;
  onRestore: (version: number) => void;
}

function VersionList({ id, ...actions }: VersionListProps) {
  const versions = useVersions(id);
  if (versions.error) return <QueryError error={versions.error} onRetry={() => void versions.refetch()} />;
  if (!versions.data)
    return (
      <div className="flex flex-col gap-3">
        {['w-40', 'w-48', 'w-36'].map((width) => (
          <Skeleton key={width} className={width} />
        ))}
      </div>
    );
  if (versions.data.length === 0)
    return (
      <EmptyState compact title="No versions yet">
        Run the pipeline or publish the draft to make the first.
      </EmptyState>
    );
  return (
    <ul>
      {versions.data.map((version) => (
        <VersionRow key={version.id} version={version} {...actions} />
      ))}
    </ul>
  );
}

function VersionRow({
  version,
  busy,
  onPublish,
  onRestore,
}: Omit<VersionListProps, 'id'> & { version: VersionSummary }) {
  const now = useNow('minute');
  return (
    <li className="flex h-9 items-center gap-2 border-b border-line">
      <span className="tnum w-20 text-13 font-medium">Version {version.number}</span>
      {version.live ? <Badge tone="good">Live</Badge> : null}
      <span className="flex-1 text-12 text-ink-3">
        {formatRelative(new Date(version.createdAt), { now: new Date(now) })}
      </span>
      <Button
        variant="ghost"
        disabled={busy}
        onClick={() => {
          onRestore(version.number);
        }}
      >
        Show on screen
      </Button>
      {version.live ? null : (
        <Button
          disabled={busy}
          onClick={() => {
            onPublish(version.number);
          }}
        >
          Publish
        </Button>
      )}
    </li>
  );
}

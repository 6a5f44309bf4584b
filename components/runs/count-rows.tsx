'use client';

import { Sigma } from 'lucide-react';
import { useCanEdit } from '#components/hooks/use-session.ts';
import { Button } from '#components/ui/button.tsx';
import { TaskProgressLine } from './task-progress.tsx';
import { useNodeTask, type NodeOfRun } from './use-node-task.ts';

/** Has the rows counted of a node whose run did not. */
export function CountRows({ of, name }: { of: NodeOfRun; name: string }) {
  const canEdit = useCanEdit();
  const { start, cancel, working, progress, error } = useNodeTask('countRows', of);
  if (!canEdit) return null;
  if (working)
    return (
      <TaskProgressLine
        label={`Counting the rows of ${name}`}
        doing="Counting its rows"
        progress={progress}
        onCancel={cancel}
      />
    );
  return (
    <span className="inline-flex flex-wrap items-center gap-2">
      <Button variant="ghost" className="h-5 px-1.5 text-accent hover:text-accent" onClick={start}>
        <Sigma aria-hidden /> Count it
      </Button>
      {error ? (
        <span role="alert" className="text-12 text-status-failed">
          {error.message}
        </span>
      ) : null}
    </span>
  );
}

'use client';

import { ScrollText } from 'lucide-react';
import { formatTimeOfDay } from '#components/format/time.ts';
import { useLogs } from '#components/hooks/use-runs.ts';
import { QueryError } from '#components/shell/query-error.tsx';
import { Button } from '#components/ui/button.tsx';
import { cn } from '#components/ui/cn.ts';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { ScrollArea } from '#components/ui/scroll-area.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import type { LogLevel } from '#lib/contracts/events.ts';
import { isFinal, type LiveRun } from './live-run.ts';

interface Line {
  key: string;
  at: string;
  nodeId: string | null;
  level: LogLevel;
  message: string;
}

export interface RunLogProps {
  run: LiveRun;
  /** Only this node's lines. */
  nodeId: string | null;
}

/** What a run, or one of its nodes, has said: as it comes while it runs, from the store afterwards. */
export function RunLog({ run, nodeId }: RunLogProps) {
  return isFinal(run.status) ? (
    <StoredLog run={run} nodeId={nodeId} />
  ) : (
    <LogLines lines={liveLines(run, nodeId)} showNode={nodeId === null} />
  );
}

const liveLines = (run: LiveRun, nodeId: string | null): Line[] =>
  run.log
    .filter((line) => nodeId === null || line.nodeId === nodeId)
    .map((line) => ({ ...line, key: String(line.seq) }));

function StoredLog({ run, nodeId }: RunLogProps) {
  const logs = useLogs(run.runId, nodeId);
  if (logs.error)
    return <QueryError className="m-3" error={logs.error} onRetry={() => void logs.refetch()} />;
  if (!logs.data)
    return (
      <div role="status" aria-label="Loading the log" className="flex flex-col gap-2 p-3">
        {['w-64', 'w-52', 'w-72'].map((width) => (
          <Skeleton key={width} className={`h-3 ${width}`} />
        ))}
      </div>
    );
  const lines = logs.data.pages.flatMap((page) => page.logs).map((line) => ({ ...line, key: line.id }));
  return (
    <LogLines
      lines={lines}
      showNode={nodeId === null}
      more={
        logs.hasNextPage ? (
          <Button busy={logs.isFetchingNextPage} onClick={() => void logs.fetchNextPage()}>
            Show more
          </Button>
        ) : null
      }
    />
  );
}

const LEVEL_STYLES: Record<LogLevel, string> = {
  debug: 'text-ink-3',
  info: 'text-ink-2',
  warn: 'text-status-stale',
  error: 'text-status-failed',
};

function LogLines({
  lines,
  showNode,
  more,
}: {
  lines: readonly Line[];
  showNode: boolean;
  more?: React.ReactNode;
}) {
  if (lines.length === 0) return <EmptyState compact icon={ScrollText} title="Nothing was logged" />;
  return (
    <ScrollArea label="Log" className="h-full py-1.5">
      <table className="w-full">
        <thead className="sr-only">
          <tr>
            <th>Time</th>
            <th>Level</th>
            {showNode ? <th>Node</th> : null}
            <th>Message</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.key} className="data-text align-baseline hover:bg-surface-2">
              <td className="pl-3 whitespace-nowrap text-ink-3">{formatTimeOfDay(new Date(line.at))}</td>
              <td className={cn('px-3 whitespace-nowrap', LEVEL_STYLES[line.level])}>{line.level}</td>
              {showNode ? <td className="pr-3 whitespace-nowrap text-ink-3">{line.nodeId ?? ''}</td> : null}
              <td className="w-full pr-3 break-words whitespace-pre-wrap text-ink-1">{line.message}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more ? <div className="p-3">{more}</div> : null}
    </ScrollArea>
  );
}

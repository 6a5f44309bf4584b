'use client';

import Link from 'next/link';
import { formatBytes } from '#components/format/numbers.ts';
import { formatDuration, formatExact } from '#components/format/time.ts';
import { ErrorPanel } from '#components/ui/error-panel.tsx';
import { Tabs, TabsContent, TabsList, TabsTrigger } from '#components/ui/tabs.tsx';
import type { RunDetail } from '#lib/contracts/runs.ts';
import { Facts } from './facts.tsx';
import { isFinal, type LiveRun } from './live-run.ts';
import { RunLog } from './log-lines.tsx';
import { triggerWord } from './run-link.ts';

/** What holds for the run as a whole; shown while no node is selected. */
export function RunOverview({ detail, run }: { detail: RunDetail; run: LiveRun }) {
  return (
    <Tabs defaultValue="overview" className="flex h-full min-h-0 flex-col bg-surface-1">
      <TabsList aria-label="Run">
        <TabsTrigger value="overview">Run</TabsTrigger>
        <TabsTrigger value="logs">Logs</TabsTrigger>
      </TabsList>
      <TabsContent value="overview" className="flex flex-col gap-4 overflow-y-auto p-4">
        {run.error ? (
          <ErrorPanel
            error={run.error}
            where={run.error.nodeId ? (run.nodes[run.error.nodeId]?.name ?? run.error.nodeId) : undefined}
          />
        ) : null}
        <Facts facts={factsOf(detail, run)} />
        <Segments run={run} />
        <p className="text-12 text-ink-3">Choose a node to see its rows, columns, SQL and log.</p>
      </TabsContent>
      <TabsContent value="logs">
        <RunLog run={run} nodeId={null} />
      </TabsContent>
    </Tabs>
  );
}

function factsOf(detail: RunDetail, run: LiveRun): (readonly [string, React.ReactNode])[] {
  const memory = Math.max(
    0,
    ...run.segments.map((segment) => segment.peakMemoryBytes ?? 0),
    ...Object.values(run.nodes).map((node) => node.peakMemoryBytes ?? 0),
  );
  const parameters = Object.entries(detail.parameters);
  return [
    ['Version', `${detail.version}`],
    ['Set off by', triggerWord(detail)],
    [
      'Resumes',
      detail.resumedFrom ? (
        <Link href={`/runs/${detail.resumedFrom}`} className="text-accent hover:underline">
          an earlier run
        </Link>
      ) : null,
    ],
    ['Due', detail.dueAt ? formatExact(new Date(detail.dueAt)) : null],
    ['Started', run.startedAt ? formatExact(new Date(run.startedAt)) : 'not yet'],
    ['Duration', run.durationMs !== null && isFinal(run.status) ? formatDuration(run.durationMs) : null],
    ['Mode', run.modeReason ? `${run.mode}: ${run.modeReason}` : run.mode],
    ['Engine', run.engine],
    ['Peak memory', memory === 0 ? null : formatBytes(memory)],
    ['Only', partInWords(detail, (id) => run.nodes[id]?.name ?? id)],
    [
      'Parameters',
      parameters.length === 0 ? null : (
        <code className="data-text">
          {parameters.map(([name, value]) => `${name} = ${JSON.stringify(value)}`).join('\n')}
        </code>
      ),
    ],
  ];
}

/** Which part of the pipeline ran; null for all of it. */
function partInWords({ from, to }: RunDetail, nameOf: (id: string) => string): string | null {
  if (from !== null && from === to) return nameOf(from);
  const ends = [from === null ? '' : `from ${nameOf(from)} on`, to === null ? '' : `up to ${nameOf(to)}`];
  return ends.filter(Boolean).join(', ') || null;
}

function Segments({ run }: { run: LiveRun }) {
  if (run.segments.length === 0) return null;
  return (
    <div>
      <h3 className="caption mb-1.5">Statements</h3>
      <ul className="divide-y divide-line rounded-control border border-line">
        {run.segments.map((segment) => (
          <li key={segment.id} className="flex items-baseline gap-3 px-2.5 py-1.5 text-12">
            <span className="min-w-0 flex-1 break-words">
              {segment.nodes.map((id) => run.nodes[id]?.name ?? id).join(' → ')}
            </span>
            <span className="tnum shrink-0 text-ink-3">
              {segment.durationMs === null ? '' : formatDuration(segment.durationMs)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

'use client';

import { X } from 'lucide-react';
import { useState } from 'react';
import { formatBytes, formatPlural, formatRows } from '#components/format/numbers.ts';
import { formatDuration } from '#components/format/time.ts';
import { CodeBlock } from '#components/ui/code-block.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { ErrorPanel, FaultList } from '#components/ui/error-panel.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { SegmentedControl } from '#components/ui/segmented-control.tsx';
import { StatusBadge } from '#components/ui/status-badge.tsx';
import { Tabs, TabsContent, TabsList, TabsTrigger } from '#components/ui/tabs.tsx';
import { Facts } from './facts.tsx';
import { RunLog } from './log-lines.tsx';
import { isFinal, type LiveNode, type LiveRun } from './live-run.ts';
import { CountRows } from './count-rows.tsx';
import { ProfilePanel } from './profile/profile-panel.tsx';
import { RowsView } from './rows-view.tsx';
import { SchemaTable } from './schema-table.tsx';

export interface NodeRecordPanelProps {
  run: LiveRun;
  node: LiveNode;
  onClose: () => void;
}

/** All that a node's run left behind. */
export function NodeRecordPanel({ run, node, onClose }: NodeRecordPanelProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  const tab = chosen ?? (node.error ? 'error' : 'data');
  return (
    <section aria-label={`Record of ${node.name}`} className="flex h-full min-h-0 flex-col bg-surface-1">
      <div className="flex shrink-0 flex-col gap-2.5 px-4 pt-3 pb-3">
        <div className="flex items-center gap-2">
          <h2 className="min-w-0 truncate text-14 font-semibold">{node.name}</h2>
          <code className="text-12 text-ink-3">{node.type}</code>
          <StatusBadge status={node.status} className="ml-auto" />
          {node.reused ? <StatusBadge status="reused" /> : null}
          <IconButton label="Close" size="xs" tooltip={false} onClick={onClose}>
            <X aria-hidden />
          </IconButton>
        </div>
        <Facts facts={factsOf(run, node)} />
        {node.warnings.length > 0 ? <FaultList faults={node.warnings} /> : null}
      </div>
      <Tabs
        value={tab}
        onValueChange={setChosen}
        className="flex min-h-0 flex-1 flex-col border-t border-line"
      >
        <TabsList aria-label="Record">
          <TabsTrigger value="data">Data</TabsTrigger>
          <TabsTrigger value="profile">Profile</TabsTrigger>
          <TabsTrigger value="schema">Schema</TabsTrigger>
          <TabsTrigger value="sql">SQL</TabsTrigger>
          <TabsTrigger value="logs">Logs</TabsTrigger>
          {node.error ? <TabsTrigger value="error">Error</TabsTrigger> : null}
        </TabsList>
        <TabsContent value="data">
          <NodeData run={run} node={node} />
        </TabsContent>
        <TabsContent value="profile">
          <NodeProfile run={run} node={node} />
        </TabsContent>
        <TabsContent value="schema">
          {node.schema ? (
            <SchemaTable schema={node.schema} />
          ) : (
            <EmptyState compact title="Its columns are not known" />
          )}
        </TabsContent>
        <TabsContent value="sql" className="overflow-y-auto p-3">
          <NodeSql run={run} node={node} />
        </TabsContent>
        <TabsContent value="logs">
          <RunLog run={run} nodeId={node.id} />
        </TabsContent>
        {node.error ? (
          <TabsContent value="error" className="overflow-y-auto p-3">
            <ErrorPanel error={node.error} where={node.name} />
          </TabsContent>
        ) : null}
      </Tabs>
    </section>
  );
}

function factsOf(run: LiveRun, node: LiveNode): (readonly [string, React.ReactNode])[] {
  const segment = run.segments.find((each) => each.id === node.segment);
  const shared = segment && segment.nodes.length > 1 ? ` (statement of ${segment.nodes.length} nodes)` : '';
  const duration = node.durationMs ?? segment?.durationMs ?? null;
  const memory = node.peakMemoryBytes ?? segment?.peakMemoryBytes ?? null;
  return [
    ['Rows', <RowsFact key="rows" run={run} node={node} />],
    [
      'Duration',
      duration === null ? null : `${formatDuration(duration)}${node.durationMs === null ? shared : ''}`,
    ],
    [
      'Peak memory',
      memory === null ? null : `${formatBytes(memory)}${node.peakMemoryBytes === null ? shared : ''}`,
    ],
    ['Engine', node.engine],
    [node.reused ? 'Reused' : 'Why it ran', node.skippedBecause === null ? node.reuseReason : null],
    [
      'Skipped',
      node.skippedBecause === null
        ? null
        : `because ${run.nodes[node.skippedBecause]?.name ?? node.skippedBecause} failed`,
    ],
    ...node.merge
      .filter((merge) => merge.rule === 'union' || merge.rule === 'join')
      .map((merge) => [`Merge`, merge.sentence] as const),
  ];
}

function RowsFact({ run, node }: { run: LiveRun; node: LiveNode }) {
  const isUnknown = node.status === 'succeeded' && node.rowsOut === null && isFinal(run.status);
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      {rowsSentence(run, node) ?? '–'}
      {isUnknown ? <CountRows of={{ runId: run.runId, nodeId: node.id }} name={node.name} /> : null}
    </span>
  );
}

function rowsSentence(run: LiveRun, node: LiveNode): string | null {
  const nameOf = (id: string) => run.nodes[id]?.name ?? id;
  const out =
    node.rowsOut === null && node.rowsOutAtLeast === null
      ? node.rowsSoFar === null
        ? node.status === 'succeeded'
          ? `${formatRows(null)} out`
          : null
        : `${formatRows(node.rowsSoFar)} so far`
      : `${formatRows(node.rowsOut, node.rowsOutAtLeast)} out`;
  const ins =
    node.inputs.length === 0
      ? null
      : node.inputs.map((input) => `${formatRows(input.rows)} from ${nameOf(input.source)}`).join(', ');
  return [ins, out].filter(Boolean).join(' → ') || null;
}

const OUTPUT = '';

function NodeData({ run, node }: { run: LiveRun; node: LiveNode }) {
  const [source, setSource] = useState(OUTPUT);
  const inputs = [...new Set(node.inputs.map((input) => input.source))];
  const shown = inputs.includes(source) ? run.nodes[source] : node;
  if (!shown) return null;
  return (
    <div className="flex h-full min-h-0 flex-col">
      {inputs.length > 0 ? (
        <div className="flex h-10 shrink-0 items-center gap-3 border-b border-line px-3">
          <SegmentedControl
            label="Which rows"
            value={source}
            onValueChange={setSource}
            options={[
              { value: OUTPUT, label: 'Output' },
              ...inputs.map((id) => ({ value: id, label: `Input: ${run.nodes[id]?.name ?? id}` })),
            ]}
          />
        </div>
      ) : null}
      <div className="min-h-0 flex-1">
        <RowsOrReason run={run} node={shown} />
      </div>
    </div>
  );
}

function NodeProfile({ run, node }: { run: LiveRun; node: LiveNode }) {
  if (node.status !== 'succeeded') return <RowsOrReason run={run} node={node} />;
  if (!isFinal(run.status))
    return (
      <EmptyState compact title="The run is still going on">
        A profile can be made when it has ended.
      </EmptyState>
    );
  return <ProfilePanel of={{ runId: run.runId, nodeId: node.id }} name={node.name} />;
}

function RowsOrReason({ run, node }: { run: LiveRun; node: LiveNode }) {
  switch (node.status) {
    case 'succeeded':
      return (
        <RowsView
          output={{ runId: run.runId, nodeId: node.id }}
          label={`Rows of ${node.name}`}
          rowsOut={node.rowsOut}
        />
      );
    case 'running':
      return (
        <EmptyState compact title="Still running">
          {node.rowsSoFar === null
            ? 'Its rows will show here.'
            : `${formatPlural(node.rowsSoFar, 'row')} so far.`}
        </EmptyState>
      );
    case 'failed':
      return (
        <EmptyState compact title="It failed before any rows came out">
          The Error tab says why.
        </EmptyState>
      );
    case 'pending':
    case 'skipped':
    case 'cancelled':
    case 'disabled':
      return (
        <EmptyState compact title="No rows">
          {REASONS[node.status]}
        </EmptyState>
      );
  }
}

const REASONS = {
  pending: 'It has not started.',
  skipped: 'It was skipped, because a node that it needs failed.',
  cancelled: 'The run was cancelled before it ended.',
  disabled: 'It is disabled in this version.',
} as const;

function NodeSql({ run, node }: { run: LiveRun; node: LiveNode }) {
  const segment = run.segments.find((each) => each.id === node.segment);
  const sql = node.sql ?? segment?.sql ?? null;
  if (sql === null) return <EmptyState compact title="No SQL ran for this node" />;
  const others = segment?.nodes.filter((id) => id !== node.id).map((id) => run.nodes[id]?.name ?? id) ?? [];
  return (
    <div className="flex flex-col gap-2">
      {others.length > 0 ? (
        <p className="text-12 text-ink-3">
          One statement with {others.join(', ')}. {segment?.reason ? `Cut here: ${segment.reason}.` : ''}
        </p>
      ) : null}
      <CodeBlock code={sql} label="SQL" maxHeight="" wrap />
      {segment?.sql && segment.sql !== sql ? (
        <>
          <h3 className="caption mt-2">The whole statement</h3>
          <CodeBlock code={segment.sql} label="the statement" maxHeight="" wrap />
        </>
      ) : null}
    </div>
  );
}

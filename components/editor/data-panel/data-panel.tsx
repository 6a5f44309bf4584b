'use client';

import { CircleAlert, TriangleAlert } from 'lucide-react';
import { useLiveNode, useLiveRun } from '#components/runs/live-run-store.ts';
import { RunLog } from '#components/runs/log-lines.tsx';
import { Badge } from '#components/ui/badge.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Tabs, TabsContent, TabsList, TabsTrigger } from '#components/ui/tabs.tsx';
import { useBind, useDocument, useEditor, useRun, useSelection, useUi } from '../editor-context.tsx';
import type { DataTab } from '../stores/ui-store.ts';
import { ErrorTab } from './error-tab.tsx';
import { InputTab } from './input-tab.tsx';
import { OutputTab } from './output-tab.tsx';
import { ProblemsTab } from './problems-tab.tsx';
import { ProfileTab } from './profile-tab.tsx';
import { SchemaTab } from './schema-tab.tsx';

/** Rows and findings along the bottom: of the selected node, and of the whole pipeline. */
export function DataPanel() {
  const { ui } = useEditor();
  const only = useSelection((state) => (state.ids.size === 1 ? [...state.ids][0] : undefined));
  // An edge shows what arrives over it: the output of its source.
  const nodeId = useDocument((editor) =>
    only === undefined ? null : editor.nodes[only] ? only : (editor.edges[only]?.source ?? null),
  );
  const runId = useRun((state) => state.run?.id ?? null);
  const hasError = useLiveNode(runId, nodeId ?? '')?.error !== null && runId !== null && nodeId !== null;
  const chosen = useUi((state) => state.dataTab);
  const tab: DataTab =
    nodeId === null && chosen !== 'problems' && chosen !== 'logs'
      ? runId === null
        ? 'problems'
        : chosen
      : chosen;
  return (
    <section aria-label="Data" className="h-full min-h-0 bg-surface-1" data-testid="data-panel">
      <Tabs
        value={tab}
        onValueChange={(next) => {
          ui.setState({ dataTab: next as DataTab });
        }}
        className="flex h-full min-h-0 flex-col"
      >
        <TabsList aria-label="Rows and findings">
          <TabsTrigger value="input" disabled={nodeId === null}>
            Input
          </TabsTrigger>
          <TabsTrigger value="output" disabled={nodeId === null}>
            Output
          </TabsTrigger>
          <TabsTrigger value="profile" disabled={nodeId === null}>
            Profile
          </TabsTrigger>
          <TabsTrigger value="schema" disabled={nodeId === null}>
            Schema
          </TabsTrigger>
          <TabsTrigger value="logs" disabled={runId === null}>
            Logs
          </TabsTrigger>
          <TabsTrigger value="error" disabled={nodeId === null}>
            Error
            {hasError ? (
              <CircleAlert aria-label="there is one" className="size-3.5 text-status-failed" />
            ) : null}
          </TabsTrigger>
          <TabsTrigger value="problems">
            Problems
            <ProblemCount />
          </TabsTrigger>
        </TabsList>
        <TabsContent value="input">
          {nodeId === null ? <ChooseNode /> : <InputTab key={nodeId} nodeId={nodeId} />}
        </TabsContent>
        <TabsContent value="output">
          {nodeId === null ? <ChooseNode /> : <OutputTab key={nodeId} nodeId={nodeId} />}
        </TabsContent>
        <TabsContent value="profile">
          {nodeId === null ? <ChooseNode /> : <ProfileTab key={nodeId} nodeId={nodeId} />}
        </TabsContent>
        <TabsContent value="schema" className="overflow-y-auto">
          {nodeId === null ? <ChooseNode /> : <SchemaTab nodeId={nodeId} />}
        </TabsContent>
        <TabsContent value="logs" className="overflow-hidden">
          {runId === null ? null : <LogsTab runId={runId} nodeId={nodeId} />}
        </TabsContent>
        <TabsContent value="error" className="overflow-y-auto p-3">
          {nodeId === null ? <ChooseNode /> : <ErrorTab nodeId={nodeId} />}
        </TabsContent>
        <TabsContent value="problems" className="overflow-y-auto">
          <ProblemsTab />
        </TabsContent>
      </Tabs>
    </section>
  );
}

/** Of the selected node where one is selected, else of the whole run. */
function LogsTab({ runId, nodeId }: { runId: string; nodeId: string | null }) {
  const run = useLiveRun(runId);
  return run ? <RunLog run={run} nodeId={nodeId} /> : null;
}

function ChooseNode() {
  return (
    <EmptyState compact title="Choose a node">
      Its rows are shown here, also without a run.
    </EmptyState>
  );
}

function ProblemCount() {
  const errors = useBind((state) => state.faults.filter((fault) => fault.severity === 'error').length);
  const warnings = useBind(
    (state) => state.faults.length - state.faults.filter((fault) => fault.severity === 'error').length,
  );
  return (
    <>
      {errors > 0 ? (
        <Badge tone="danger" className="tnum">
          <CircleAlert aria-label="errors" />
          {errors}
        </Badge>
      ) : null}
      {warnings > 0 ? (
        <Badge tone="warning" className="tnum">
          <TriangleAlert aria-label="warnings" />
          {warnings}
        </Badge>
      ) : null}
    </>
  );
}

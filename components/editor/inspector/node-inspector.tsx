'use client';

import { Download } from 'lucide-react';
import { definitionOf } from '#lib/nodes/catalogue.ts';
import { downloadUrl } from '#lib/contracts/client.ts';
import { docs } from '#lib/nodes/registry/docs.ts';
import { Button } from '#components/ui/button.tsx';
import { CodeBlock } from '#components/ui/code-block.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Tabs, TabsContent, TabsList, TabsTrigger } from '#components/ui/tabs.tsx';
import { useLiveNode } from '#components/runs/live-run-store.ts';
import { fileWrittenBy } from '#components/runs/outputs.ts';
import { NodeIcon } from '../canvas/node-icon.tsx';
import { useBind, useEditor, useNode, useRun, useUi } from '../editor-context.tsx';
import { setNode } from '../model/commands.ts';
import type { InspectorTab } from '../stores/ui-store.ts';
import { Changeable } from './changeable.tsx';
import { HelpText } from './help-text.tsx';
import { NameInput } from './name-input.tsx';
import { NodeForm } from './node-form.tsx';
import { NodeSettings } from './node-settings.tsx';

const docsByType: Readonly<Record<string, string | undefined>> = docs;

/** One node: its name, its config, the SQL it becomes, and help. */
export function NodeInspector({ id }: { id: string }) {
  const { document, ui, readOnly } = useEditor();
  const node = useNode(id);
  const tab = useUi((state) => state.inspectorTab);
  if (!node) return null;
  const definition = definitionOf(node.type);
  return (
    <Tabs
      value={tab}
      onValueChange={(next) => {
        ui.setState({ inspectorTab: next as InspectorTab });
      }}
      className="flex h-full min-h-0 flex-col"
    >
      <div className="flex items-center gap-2 px-3 pt-3 pb-1">
        <NodeIcon type={node.type} />
        <NameInput
          label="Name of the node"
          value={node.name ?? node.id}
          disabled={readOnly}
          onCommit={(name) => {
            document.apply('Rename', (editor) => setNode(editor, id, { name }));
          }}
        />
        <span className="shrink-0 text-12 text-ink-3">{definition?.title ?? node.type}</span>
      </div>
      <TabsList aria-label="Of this node">
        <TabsTrigger value="config">Config</TabsTrigger>
        <TabsTrigger value="sql">SQL</TabsTrigger>
        <TabsTrigger value="docs">Docs</TabsTrigger>
      </TabsList>
      <TabsContent value="config" className="overflow-y-auto">
        <div className="flex flex-col gap-4 p-3">
          <Changeable>
            <NodeForm node={node} />
          </Changeable>
          <WhyItRan id={id} />
          <DownloadOutput id={id} />
          <Changeable>
            <NodeSettings node={node} />
          </Changeable>
        </div>
      </TabsContent>
      <TabsContent value="sql" className="overflow-y-auto p-3">
        <NodeSql id={id} />
      </TabsContent>
      <TabsContent value="docs" className="overflow-y-auto p-3">
        <HelpText markdown={docsByType[node.type] ?? definition?.description ?? ''} />
      </TabsContent>
    </Tabs>
  );
}

/** What the last run did with this node, and why. */
function WhyItRan({ id }: { id: string }) {
  const runId = useRun((state) => state.run?.id ?? null);
  const record = useLiveNode(runId, id);
  if (!record?.reuseReason || record.skippedBecause !== null) return null;
  return (
    <p className="text-12 text-ink-3">
      <span className="text-ink-2">
        {record.reused ? 'Reused in the last run. ' : 'Ran in the last run. '}
      </span>
      {record.reuseReason}
    </p>
  );
}

function NodeSql({ id }: { id: string }) {
  const sql = useBind((state) => state.nodes[id]?.sql ?? null);
  const runId = useRun((state) => state.run?.id ?? null);
  const ran = useLiveNode(runId, id)?.sql ?? null;
  if (sql === null && ran === null) {
    return (
      <EmptyState compact title="No SQL yet">
        Finish the settings of this node, and what it becomes in SQL is shown here.
      </EmptyState>
    );
  }
  return (
    <div className="flex flex-col gap-3">
      {sql === null ? null : (
        <section className="flex flex-col gap-1">
          <h3 className="caption">What it means</h3>
          <CodeBlock code={sql} label="SQL" maxHeight="max-h-120" className="[&_pre]:whitespace-pre-wrap" />
        </section>
      )}
      {ran === null ? null : (
        <section className="flex flex-col gap-1">
          <h3 className="caption">What ran last</h3>
          <CodeBlock
            code={ran}
            label="SQL that ran"
            maxHeight="max-h-120"
            className="[&_pre]:whitespace-pre-wrap"
          />
        </section>
      )}
    </div>
  );
}

/** The file that a destination wrote in the run on show, under the name that it had then. */
function DownloadOutput({ id }: { id: string }) {
  const run = useRun((state) => state.run);
  const ran = useRun((state) => state.document);
  const record = useLiveNode(run?.id ?? null, id);
  const node = ran?.nodes.find((each) => each.id === id);
  if (!run || !ran || !node || record?.status !== 'succeeded') return null;
  const path = fileWrittenBy(node, ran.parameters, run.parameters);
  return path === null ? null : (
    <Button asChild className="self-start">
      <a href={downloadUrl(path)} download>
        <Download aria-hidden /> Download {path.split('/').at(-1)}
      </a>
    </Button>
  );
}

'use client';

import { CircleAlert, TriangleAlert } from 'lucide-react';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { cn } from '#components/ui/cn.ts';
import type { Fault } from '#lib/errors/app-error.ts';
import { useReactFlow } from '@xyflow/react';
import { useBind, useDocument, useEditor } from '../editor-context.tsx';
import { nameOf } from '../model/connection-rules.ts';
import { configPathOf, nodeOfFault } from '../stores/bind-store.ts';

/** Everything that stands in the way of a run; a click leads there. */
export function ProblemsTab() {
  const faults = useBind((state) => state.faults);
  const failure = useBind((state) => state.failure);
  const isEmpty = useDocument((editor) => editor.nodeIds.length === 0);
  if (failure !== null)
    return (
      <EmptyState compact icon={TriangleAlert} title="The pipeline could not be checked">
        {failure}
      </EmptyState>
    );
  if (faults.length === 0)
    return (
      <EmptyState compact title={isEmpty ? 'Nothing here yet' : 'No problems'}>
        {isEmpty
          ? 'Add a source to begin.'
          : 'Everything fits together. Choose a node to see its rows, or run the pipeline.'}
      </EmptyState>
    );
  return (
    <ul>
      {faults.map((fault, index) => (
        <Problem key={`${fault.code}:${index}`} fault={fault} />
      ))}
    </ul>
  );
}

function Problem({ fault }: { fault: Fault }) {
  const editor = useEditor();
  const { setCenter, getZoom, getNode } = useReactFlow();
  const document = useDocument((current) => current);
  const edgeIds = useBind((state) => state.edgeIds);
  const edgeId = fault.place?.edge === undefined ? undefined : edgeIds[fault.place.edge];
  const nodeId =
    nodeOfFault(fault, document) ?? (edgeId === undefined ? undefined : document.edges[edgeId]?.target);
  const go = () => {
    if (edgeId !== undefined && fault.place?.nodeId === undefined && document.edges[edgeId])
      editor.selection.select([edgeId]);
    else if (nodeId !== undefined) {
      editor.selection.reveal(nodeId, configPathOf(fault));
      editor.ui.setState({ inspectorTab: 'config' });
    } else editor.selection.select([]);
    const node = nodeId === undefined ? undefined : getNode(nodeId);
    if (node)
      void setCenter(node.position.x + (node.width ?? 0) / 2, node.position.y + (node.height ?? 0) / 2, {
        zoom: Math.max(getZoom(), 0.7),
        duration: 120,
      });
  };
  const Icon = fault.severity === 'error' ? CircleAlert : TriangleAlert;
  return (
    <li className="border-b border-line">
      <button
        type="button"
        onClick={go}
        className="flex w-full items-start gap-2 px-3 py-1.5 text-left text-13 hover:bg-surface-2 focus-visible:-outline-offset-2"
      >
        <Icon
          aria-label={fault.severity}
          className={cn(
            'mt-0.5 size-3.5 shrink-0',
            fault.severity === 'error' ? 'text-status-failed' : 'text-status-stale',
          )}
        />
        <span className="w-40 shrink-0 truncate font-medium">
          {nodeId === undefined ? 'Pipeline' : nameOf(document, nodeId)}
        </span>
        <span className="min-w-0 flex-1">
          <span className="text-ink-1">{fault.message}</span>
          {fault.hint ? <span className="text-ink-3"> {fault.hint}</span> : null}
        </span>
        <code className="shrink-0 text-12 text-ink-3">{fault.code}</code>
      </button>
    </li>
  );
}

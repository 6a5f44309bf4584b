'use client';

import '@xyflow/react/dist/base.css';
import './canvas.css';

import {
  Background,
  BackgroundVariant,
  MiniMap,
  ReactFlow,
  ReactFlowProvider,
  type EdgeProps,
  type NodeProps,
} from '@xyflow/react';
import { useTheme } from 'next-themes';
import { createContext, memo, use, useEffect, useMemo, useState } from 'react';
import { Skeleton } from '#components/ui/skeleton.tsx';
import type { NodeRecord } from '#lib/contracts/run-record.ts';
import type { PipelineDocument } from '#lib/document/schema.ts';
import { definitionOf } from '#lib/nodes/catalogue.ts';
import { fromDocument, type EditorDocument } from '../model/editor-document.ts';
import { CardView } from './card-view.tsx';
import {
  flowEdges,
  flowNodes,
  type CanvasNode,
  type CardNode,
  type LineEdge,
  type NoteNode,
} from './flow-elements.ts';
import { withPositions } from './layout.ts';
import { edgeRows, transformWords, twinIndex } from './line-edge.tsx';
import { LineView } from './line-view.tsx';
import { FarProvider, useFar } from './far.tsx';
import { gravest, summaryOf } from './node-card.tsx';
import { KIND_LOOKS } from './node-icon.tsx';
import { useOpeningView } from './opening-view.ts';
import { Ports } from './ports.tsx';

/** A node's record, and how far it is where it still runs. */
export type ShownRecord = NodeRecord & { rowsSoFar?: number | null };

export interface ReadOnlyGraphProps {
  document: PipelineDocument;
  /** What a run left behind or is at, by node id. Nodes without one are shown as drawn. */
  records: Readonly<Record<string, ShownRecord>>;
  selectedId: string | null;
  /** `null` when the empty canvas was clicked. */
  onSelect: (nodeId: string | null) => void;
}

interface Scope {
  editor: EditorDocument;
  records: Readonly<Record<string, ShownRecord>>;
}
const ScopeContext = createContext<Scope | null>(null);

const nodeTypes = { card: RecordCard, note: PlainNote };
const edgeTypes = { line: RecordLine };
const NOTHING: readonly never[] = [];

/** A pipeline to look at: the same cards as in the editor, none of the tools. */
export function ReadOnlyGraph(props: ReadOnlyGraphProps) {
  const placed = usePlaced(props.document);
  if (!placed) {
    return (
      <div className="flex h-full items-center justify-center gap-10">
        {[0, 1, 2].map((index) => (
          <Skeleton key={index} className="h-20 w-58 rounded-panel" />
        ))}
      </div>
    );
  }
  return (
    <ReactFlowProvider>
      <FarProvider>
        <Graph {...props} editor={placed} />
      </FarProvider>
    </ReactFlowProvider>
  );
}

function Graph({ editor, records, selectedId, onSelect }: ReadOnlyGraphProps & { editor: EditorDocument }) {
  const { resolvedTheme } = useTheme();
  const selected = useMemo(() => new Set(selectedId === null ? [] : [selectedId]), [selectedId]);
  const nodes = useMemo(() => flowNodes(editor, selected, NOTHING), [editor, selected]);
  const edges = useMemo(() => flowEdges(editor, new Set(), NOTHING), [editor]);
  const scope = useMemo(() => ({ editor, records }), [editor, records]);
  const colourOf = (node: CanvasNode) => {
    const kind = definitionOf(editor.nodes[node.id]?.type ?? '')?.kind;
    return kind ? KIND_LOOKS[kind].colour : 'var(--line-strong)';
  };
  const [frame, opening] = useOpeningView(nodes);
  return (
    <ScopeContext value={scope}>
      <div ref={frame} className="h-full min-h-0 w-full">
        {opening === null ? null : (
          <ReactFlow<CanvasNode, LineEdge>
            nodes={nodes}
            edges={edges}
            nodeTypes={nodeTypes}
            edgeTypes={edgeTypes}
            onNodeClick={(_event, node) => {
              if (node.type === 'card') onSelect(node.id);
            }}
            onPaneClick={() => {
              onSelect(null);
            }}
            onNodesChange={(changes) => {
              // Chosen by keyboard: the library reports it as a selection.
              for (const change of changes)
                if (change.type === 'select' && change.selected && editor.nodes[change.id])
                  onSelect(change.id);
            }}
            colorMode={resolvedTheme === 'dark' ? 'dark' : 'light'}
            nodesDraggable={false}
            nodesConnectable={false}
            edgesFocusable={false}
            deleteKeyCode={null}
            zoomOnDoubleClick={false}
            defaultViewport={opening}
            minZoom={0.05}
            onlyRenderVisibleElements={nodes.length >= 150}
            aria-label="Pipeline as it ran"
          >
            <Background variant={BackgroundVariant.Dots} gap={20} size={1} />
            {nodes.length > 12 ? (
              <MiniMap
                pannable
                zoomable
                nodeColor={colourOf}
                nodeStrokeWidth={0}
                style={{ width: 132, height: 84 }}
                ariaLabel="Overview of the pipeline"
              />
            ) : null}
          </ReactFlow>
        )}
      </div>
    </ScopeContext>
  );
}

/** The document with places; null until an automatic layout is done. */
function usePlaced(document: PipelineDocument): EditorDocument | null {
  const [placed, setPlaced] = useState<{ of: PipelineDocument; editor: EditorDocument } | null>(null);
  const text = JSON.stringify(document);
  useEffect(() => {
    let current = true;
    const of = JSON.parse(text) as PipelineDocument;
    void withPositions(fromDocument(of)).then((editor) => {
      if (current) setPlaced({ of, editor });
    });
    return () => {
      current = false;
    };
  }, [text]);
  return placed?.editor ?? null;
}

const RecordCardView = memo(function RecordCardView({
  id,
  selected,
  record,
  editor,
}: {
  id: string;
  selected: boolean;
  record: ShownRecord | undefined;
  editor: EditorDocument;
}) {
  const far = useFar();
  const node = editor.nodes[id];
  if (!node) return null;
  return (
    <>
      <CardView
        type={node.type}
        name={node.name ?? node.id}
        summary={summaryOf(node.type, node.config)}
        masterData={node.masterData ?? false}
        disabled={node.disabled ?? false}
        merge={(record?.merge ?? []).filter(({ rule }) => rule === 'union' || rule === 'join')}
        fault={gravest(record?.warnings)}
        columnCount={record?.schema?.length ?? null}
        record={record ? { ...record, rowsOut: record.rowsOut ?? record.rowsSoFar ?? null } : null}
        stale={null}
        selected={selected}
        far={far}
      />
      <Ports type={node.type} connectable={false} far={far} />
    </>
  );
});

function RecordCard({ id, selected }: NodeProps<CardNode>) {
  const scope = use(ScopeContext);
  return scope ? (
    <RecordCardView id={id} selected={selected} record={scope.records[id]} editor={scope.editor} />
  ) : null;
}

function PlainNote({ id }: NodeProps<NoteNode>) {
  const text = use(ScopeContext)?.editor.notes[id]?.text;
  return (
    <p className="h-full w-full overflow-hidden rounded-control border border-line bg-surface-2 p-2 text-13 whitespace-pre-wrap text-ink-2">
      {text}
    </p>
  );
}

function RecordLine(props: EdgeProps<LineEdge>) {
  const scope = use(ScopeContext);
  const edge = scope?.editor.edges[props.id];
  if (!scope || !edge) return null;
  const target = scope.records[props.target];
  const twin = twinIndex(scope.editor, props.id);
  const rows = edgeRows(edge, twin, scope.records[props.source], target);
  return (
    <LineView
      {...props}
      rows={rows}
      twin={twin}
      transform={transformWords(edge.transform)}
      tone={target?.status === 'running' ? 'running' : 'quiet'}
    />
  );
}

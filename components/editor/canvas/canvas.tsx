'use client';

import '@xyflow/react/dist/base.css';
import './canvas.css';

import {
  Background,
  BackgroundVariant,
  MiniMap,
  ReactFlow,
  SelectionMode,
  useReactFlow,
  type Connection,
  type Edge,
  type FinalConnectionState,
} from '@xyflow/react';
import { useTheme } from 'next-themes';
import { useCallback, type DragEvent, type MouseEvent as ReactMouseEvent } from 'react';
import { definitionOf } from '#lib/nodes/catalogue.ts';
import { nodeId } from '#lib/graph/ids.ts';
import { toast } from '#components/ui/toast.tsx';
import { addNodeOfType, connectNodes, masterReads } from '../actions/edit-actions.ts';
import { addDroppedFiles } from '../actions/file-drop.ts';
import { useCanvas, useDocument, useEditor } from '../editor-context.tsx';
import { mayConnect } from '../model/connection-rules.ts';
import type { Ends } from '../model/commands.ts';
import { PALETTE_MIME } from '../palette/palette-drag.ts';
import { CanvasControls } from './canvas-controls.tsx';
import { CARD_HEIGHT, CARD_WIDTH } from './card-geometry.ts';
import { EmptyCanvas } from './empty-canvas.tsx';
import { FarProvider } from './far.tsx';
import type { CanvasNode, LineEdge } from './flow-elements.ts';
import { LineOfEditor } from './line-edge.tsx';
import { NodeCard } from './node-card.tsx';
import { KIND_LOOKS } from './node-icon.tsx';
import { NoteCard } from './note-card.tsx';
import { useOpeningView } from './opening-view.ts';

// At module level: new objects here would make the library mount every card again.
const nodeTypes = { card: NodeCard, note: NoteCard };
const edgeTypes = { line: LineOfEditor };
/** As many nodes as this are all in sight anyway. */
const MINIMAP_ABOVE = 5;
/** From this many nodes on, drawing only what is in sight pays for the work of finding it. */
const ONLY_VISIBLE_FROM = 150;

/** The graph: cards, edges, and every gesture on them. */
export function Canvas() {
  const editor = useEditor();
  const nodes = useCanvas((state) => state.nodes);
  const edges = useCanvas((state) => state.edges);
  const { resolvedTheme } = useTheme();
  const connecting = useConnecting();
  const dropping = useDropping();
  const { screenToFlowPosition } = useReactFlow();
  const isEmpty = useDocument((document) => document.nodeIds.length === 0);
  const [frame, opening] = useOpeningView(nodes);

  const { readOnly } = editor;
  const openQuickAdd = (event: ReactMouseEvent) => {
    if (readOnly) return;
    if (!(event.target instanceof Element) || !event.target.classList.contains('react-flow__pane')) return;
    const at = { x: event.clientX, y: event.clientY };
    editor.ui.setState({ nodeMenu: { at, place: screenToFlowPosition(at) } });
  };

  return (
    <div
      ref={frame}
      className="relative h-full min-h-0 w-full"
      onDoubleClick={openQuickAdd}
      {...(readOnly ? {} : dropping)}
      data-testid="canvas"
    >
      {opening === null ? null : (
        <FarProvider>
          <ReactFlow<CanvasNode, LineEdge>
            nodes={nodes}
            edges={edges}
            nodeTypes={nodeTypes}
            nodesDraggable={!readOnly}
            nodesConnectable={!readOnly}
            edgeTypes={edgeTypes}
            onNodesChange={editor.canvas.onNodesChange}
            onEdgesChange={editor.canvas.onEdgesChange}
            {...connecting}
            onNodeDoubleClick={(_event, node) => {
              if (node.type === 'card' && !readOnly) editor.ui.setState({ renaming: node.id });
            }}
            colorMode={resolvedTheme === 'dark' ? 'dark' : 'light'}
            defaultViewport={opening}
            minZoom={0.05}
            maxZoom={2}
            deleteKeyCode={null}
            selectionKeyCode="Shift"
            multiSelectionKeyCode={['Meta', 'Control']}
            panActivationKeyCode="Space"
            selectionMode={SelectionMode.Partial}
            zoomOnDoubleClick={false}
            connectionRadius={28}
            onlyRenderVisibleElements={nodes.length >= ONLY_VISIBLE_FROM}
            aria-label="Pipeline"
          >
            <Background variant={BackgroundVariant.Dots} gap={20} size={1} />
            {nodes.length > MINIMAP_ABOVE ? (
              <MiniMap
                pannable
                zoomable
                position="bottom-right"
                nodeColor={minimapColour}
                nodeStrokeWidth={0}
                nodeBorderRadius={8}
                style={{ width: 148, height: 96 }}
                ariaLabel="Overview of the pipeline"
              />
            ) : null}
            <CanvasControls />
          </ReactFlow>
        </FarProvider>
      )}
      {isEmpty ? <EmptyCanvas /> : null}
    </div>
  );

  function minimapColour(node: CanvasNode): string {
    const type = editor.document.getState().present.nodes[node.id]?.type;
    const kind = type === undefined ? undefined : definitionOf(type)?.kind;
    return kind ? KIND_LOOKS[kind].colour : 'var(--line-strong)';
  }
}

/** Drawing edges: checked while the pointer moves, the reason told when it is let go, a menu where there is no card. */
function useConnecting() {
  const editor = useEditor();
  const { screenToFlowPosition } = useReactFlow();

  const isValidConnection = useCallback(
    (connection: Connection | Edge) =>
      mayConnect(editor.document.getState().present, endsOf(connection), {
        definitionOf,
        masters: masterReads(editor),
      }).ok,
    [editor],
  );
  const onConnect = useCallback(
    (connection: Connection) => {
      connectNodes(editor, endsOf(connection));
    },
    [editor],
  );
  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      if (state.isValid || !state.fromHandle) return;
      const [from, to] = [state.fromHandle, state.toHandle];
      const outgoing = from.type === 'source';
      if (to) {
        const [source, target] = outgoing ? [from, to] : [to, from];
        if (source.type === target.type) {
          toast.error('These two cannot be connected.', {
            description: outgoing
              ? 'Both are outputs: end at the left side of a card.'
              : 'Both are inputs: start at the right side of a card.',
          });
          return;
        }
        connectNodes(
          editor,
          endsOf({
            source: source.nodeId,
            sourceHandle: source.id ?? null,
            target: target.nodeId,
            targetHandle: target.id ?? null,
          }),
        );
        return;
      }
      const point = 'changedTouches' in event ? event.changedTouches[0] : event;
      if (!point) return;
      const at = { x: point.clientX, y: point.clientY };
      const tip = screenToFlowPosition(at);
      editor.ui.setState({
        nodeMenu: {
          at,
          place: { x: outgoing ? tip.x : tip.x - CARD_WIDTH, y: tip.y - CARD_HEIGHT / 2 },
          from: { nodeId: from.nodeId, port: from.id ?? '', side: from.type },
        },
      });
    },
    [editor, screenToFlowPosition],
  );
  return { isValidConnection, onConnect, onConnectEnd };
}

function endsOf(
  connection: Pick<Connection, 'source' | 'target'> & {
    sourceHandle?: string | null;
    targetHandle?: string | null;
  },
): Ends {
  return {
    source: nodeId(connection.source),
    target: nodeId(connection.target),
    ...(connection.sourceHandle ? { sourcePort: connection.sourceHandle } : {}),
    ...(connection.targetHandle ? { targetPort: connection.targetHandle } : {}),
  };
}

/** Node types from the palette and files from the desktop. */
function useDropping() {
  const editor = useEditor();
  const { screenToFlowPosition } = useReactFlow();
  const onDragOver = (event: DragEvent) => {
    if (!event.dataTransfer.types.some((type) => type === PALETTE_MIME || type === 'Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    const tip = screenToFlowPosition({ x: event.clientX, y: event.clientY });
    const at = { x: tip.x - CARD_WIDTH / 2, y: tip.y - CARD_HEIGHT / 2 };
    const type = event.dataTransfer.getData(PALETTE_MIME);
    if (type) addNodeOfType(editor, { type, at });
    else void addDroppedFiles(editor, [...event.dataTransfer.files], at);
  };
  return { onDragOver, onDrop };
}

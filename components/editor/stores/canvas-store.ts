import { applyNodeChanges, type EdgeChange, type NodeChange } from '@xyflow/react';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { flowEdges, flowNodes, type CanvasNode, type LineEdge } from '../canvas/flow-elements.ts';
import { moveElements } from '../model/commands.ts';
import type { Point } from '../model/editor-document.ts';
import type { DocumentStore } from './document-store.ts';
import type { SelectionStore } from './selection-store.ts';

export interface CanvasState {
  readonly nodes: CanvasNode[];
  readonly edges: LineEdge[];
}

export interface CanvasStore extends StoreApi<CanvasState> {
  onNodesChange(changes: NodeChange<CanvasNode>[]): void;
  onEdgesChange(changes: EdgeChange<LineEdge>[]): void;
  dispose(): void;
}

/**
 * What the canvas library draws, kept in step with document and selection. While a card is dragged only this store
 * moves; the drop becomes one step of the document's history.
 */
export function createCanvasStore(document: DocumentStore, selection: SelectionStore): CanvasStore {
  const draw = (old: CanvasState): CanvasState => {
    const { present } = document.getState();
    const { ids } = selection.getState();
    return { nodes: flowNodes(present, ids, old.nodes), edges: flowEdges(present, ids, old.edges) };
  };
  const store = createStore<CanvasState>(() => draw({ nodes: [], edges: [] }));
  const redraw = () => {
    store.setState(draw(store.getState()));
  };
  const stops = [
    document.subscribe((state, before) => {
      const [now, old] = [state.present, before.present];
      // Configs and names are read by the cards themselves; the library need not hear of them.
      if (
        now.nodeIds !== old.nodeIds ||
        now.positions !== old.positions ||
        now.edges !== old.edges ||
        now.edgeIds !== old.edgeIds ||
        now.notes !== old.notes
      )
        redraw();
    }),
    selection.subscribe((state, before) => {
      if (state.ids !== before.ids) redraw();
    }),
  ];

  const takeSelection = (changes: readonly { type: string }[]) => {
    const picks = changes.filter(
      (change): change is { type: 'select'; id: string; selected: boolean } => change.type === 'select',
    );
    if (picks.length === 0) return;
    const ids = new Set(selection.getState().ids);
    for (const { id, selected } of picks) {
      if (selected) ids.add(id);
      else ids.delete(id);
    }
    selection.select(ids);
  };

  return Object.assign(store, {
    onNodesChange: (changes: NodeChange<CanvasNode>[]) => {
      takeSelection(changes);
      const moves = changes.filter((change) => change.type === 'position');
      if (moves.length === 0) return;
      const nodes = applyNodeChanges(moves, store.getState().nodes);
      store.setState({ nodes });
      const dropped = moves.filter((change) => change.dragging !== true);
      if (dropped.length === 0) return;
      const places = new Map(nodes.map((node) => [node.id, node.position]));
      const to: Record<string, Point> = {};
      for (const { id } of dropped) {
        const at = places.get(id);
        if (at) to[id] = { x: Math.round(at.x), y: Math.round(at.y) };
      }
      document.apply('Move', (editor) => moveElements(editor, to), `move:${Object.keys(to).join()}`);
      redraw();
    },
    onEdgesChange: (changes: EdgeChange<LineEdge>[]) => {
      takeSelection(changes);
    },
    dispose: () => {
      for (const stop of stops) stop();
    },
  });
}

import { createStore, type StoreApi } from 'zustand/vanilla';

export type DataTab = 'output' | 'input' | 'profile' | 'schema' | 'logs' | 'error' | 'problems';
export type InspectorTab = 'config' | 'sql' | 'docs';

/** Where a menu of nodes stands open on the canvas, and what it is for. */
export interface NodeMenuState {
  /** Pixels in the window. */
  at: { x: number; y: number };
  /** Where the new node goes, in the canvas's own measure. */
  place: { x: number; y: number };
  /** The loose end that the new node should be joined to. */
  from?: { nodeId: string; port: string; side: 'source' | 'target' };
}

export interface UiState {
  readonly dataTab: DataTab;
  readonly inspectorTab: InspectorTab;
  readonly nodeMenu: NodeMenuState | null;
  readonly commandsOpen: boolean;
  readonly shortcutsOpen: boolean;
  readonly runDialog: { from?: string; to?: string } | null;
  /** The node that “Connect to…” starts from. */
  readonly connectFrom: string | null;
  /** The node whose name is being edited on the canvas. */
  readonly renaming: string | null;
}

export type UiStore = StoreApi<UiState>;

/** What stands open around the document. */
export function createUiStore(): UiStore {
  return createStore<UiState>(() => ({
    dataTab: 'output',
    inspectorTab: 'config',
    nodeMenu: null,
    commandsOpen: false,
    shortcutsOpen: false,
    runDialog: null,
    connectFrom: null,
    renaming: null,
  }));
}

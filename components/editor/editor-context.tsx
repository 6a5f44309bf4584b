'use client';

import { createContext, use } from 'react';
import { useStore } from 'zustand';
import type { DocumentNode } from '#lib/document/schema.ts';
import type { BindState } from './stores/bind-store.ts';
import type { CanvasState } from './stores/canvas-store.ts';
import type { Editor } from './stores/editor.ts';
import type { RunState } from './stores/run-store.ts';
import type { SaveState } from './stores/save-store.ts';
import type { SelectionState } from './stores/selection-store.ts';
import type { UiState } from './stores/ui-store.ts';
import type { EditorDocument } from './model/editor-document.ts';

export const EditorContext = createContext<Editor | null>(null);

/** The open editor. Its stores are stable for the life of the page. */
export function useEditor(): Editor {
  const editor = use(EditorContext);
  if (!editor) throw new Error('useEditor outside of an editor');
  return editor;
}

/*
 * Each hook takes a selector and renders again only when what it selects changed: select by id, and never a whole
 * list where one member would do.
 */

export function useDocument<T>(select: (editor: EditorDocument) => T): T {
  return useStore(useEditor().document, (state) => select(state.present));
}

export function useNode(id: string): DocumentNode | undefined {
  return useDocument((editor) => editor.nodes[id]);
}

export function useHistory(): { undo: string | null; redo: string | null } {
  const { document } = useEditor();
  const undo = useStore(document, ({ history }) => history.done.at(-1)?.label ?? null);
  const redo = useStore(document, ({ history }) => history.undone.at(-1)?.label ?? null);
  return { undo, redo };
}

export function useSelection<T>(select: (state: SelectionState) => T): T {
  return useStore(useEditor().selection, select);
}

export function useCanvas<T>(select: (state: CanvasState) => T): T {
  return useStore(useEditor().canvas, select);
}

export function useBind<T>(select: (state: BindState) => T): T {
  return useStore(useEditor().bind, select);
}

export function useSave<T>(select: (state: SaveState) => T): T {
  return useStore(useEditor().save, select);
}

export function useRun<T>(select: (state: RunState) => T): T {
  return useStore(useEditor().run, select);
}

export function useUi<T>(select: (state: UiState) => T): T {
  return useStore(useEditor().ui, select);
}

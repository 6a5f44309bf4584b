import { createStore, type StoreApi } from 'zustand/vanilla';
import type { EditorDocument } from '../model/editor-document.ts';
import { record, redo, startHistory, undo, type History } from '../model/history.ts';

export interface DocumentState {
  readonly history: History<EditorDocument>;
  /** The document on screen. */
  readonly present: EditorDocument;
}

export interface DocumentStore extends StoreApi<DocumentState> {
  /**
   * Makes one step of history. Steps with the same `key` in quick succession are one. Answers false when nothing
   * changed.
   */
  apply(label: string, change: (editor: EditorDocument) => EditorDocument, key?: string): boolean;
  undo(): void;
  redo(): void;
}

/**
 * The document being edited and its undo history. Nothing that a run does is in here. One that is `readOnly` passes
 * over every change, wherever it comes from.
 */
export function createDocumentStore(start: EditorDocument, readOnly = false): DocumentStore {
  const store = createStore<DocumentState>(() => ({ history: startHistory(start), present: start }));
  const go = (history: History<EditorDocument>) => {
    store.setState({ history, present: history.present });
  };
  return Object.assign(store, {
    apply(label: string, change: (editor: EditorDocument) => EditorDocument, key?: string) {
      if (readOnly) return false;
      const { history } = store.getState();
      const next = record(history, change(history.present), { label, key, at: Date.now() });
      if (next !== history) go(next);
      return next !== history;
    },
    undo: () => {
      go(undo(store.getState().history));
    },
    redo: () => {
      go(redo(store.getState().history));
    },
  });
}

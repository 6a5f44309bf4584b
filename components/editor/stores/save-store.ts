import { createStore, type StoreApi } from 'zustand/vanilla';
import { RevisionConflictError, type PipelineDetail } from '#lib/contracts/pipelines.ts';
import type { PipelineDocument } from '#lib/document/schema.ts';
import { toAppError } from '#lib/errors/app-error.ts';
import { toDocument, type EditorDocument } from '../model/editor-document.ts';
import type { DocumentStore } from './document-store.ts';

export type SaveState =
  | { status: 'saved'; at: number | null }
  | { status: 'dirty' }
  | { status: 'saving' }
  /** No answer from the server: kept in this browser, tried again by itself. */
  | { status: 'offline'; message: string }
  /** The server said no; nothing is lost here, and the next change tries again. */
  | { status: 'refused'; message: string; hint: string | undefined }
  /** Someone else saved: waits for the person's choice. */
  | { status: 'conflict'; theirs: PipelineDetail };

/** Where drafts that could not be saved are kept between visits: `localStorage`, or any map in a test. */
export interface DraftShelf {
  get(): UnsavedDraft | null;
  put(draft: UnsavedDraft): void;
  clear(): void;
}
export interface UnsavedDraft {
  revision: number;
  at: number;
  document: PipelineDocument;
}

export interface SaveStore extends StoreApi<SaveState> {
  /** Saves now what is not saved yet. Resolves when the server answered, whatever it said. */
  flush(): Promise<void>;
  /** Keeps what is not saved in this browser, at once: the page may be gone before the server has answered. */
  keep(): void;
  revision(): number;
  /** Saves what is on screen over the version that someone else saved. */
  keepMine(): Promise<void>;
  /** Goes on from the other version; the caller puts its document on screen first. */
  takeTheirs(): void;
  /** Someone else's version is already known before the first save (a draft left in this browser). */
  meetConflict(theirs: PipelineDetail): void;
  /** Stops the timers. */
  dispose(): void;
}

export interface SaveOptions {
  revision: number;
  document: DocumentStore;
  save(request: { revision: number; document: PipelineDocument }): Promise<PipelineDetail>;
  shelf: DraftShelf;
  /** Quiet time before a save: shorter saves half-typed words, longer risks more on a crash. */
  debounceMs?: number;
  /** Pause before the next try while the server does not answer. */
  retryMs?: number;
}

/** Saves the draft after each change. It says `saved` only when the server has confirmed exactly what is on screen. */
export function createSaveStore(options: SaveOptions): SaveStore {
  const { document, shelf } = options;
  const store = createStore<SaveState>(() => ({ status: 'saved', at: null }));
  let revision = options.revision;
  let saved: EditorDocument = document.getState().present;
  let savedAt: number | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | null = null;

  const later = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void flush(), ms);
  };
  const keepHere = () => {
    shelf.put({ revision, at: Date.now(), document: toDocument(document.getState().present) });
  };

  async function saveOnce(): Promise<void> {
    const sent = document.getState().present;
    store.setState({ status: 'saving' }, true);
    try {
      const answer = await options.save({ revision, document: toDocument(sent) });
      revision = answer.revision;
      saved = sent;
      savedAt = Date.now();
      if (document.getState().present === sent) {
        shelf.clear();
        store.setState({ status: 'saved', at: savedAt }, true);
      } else {
        store.setState({ status: 'dirty' }, true);
        later(options.debounceMs ?? 800);
      }
    } catch (thrown) {
      keepHere();
      if (thrown instanceof RevisionConflictError) {
        store.setState({ status: 'conflict', theirs: thrown.current }, true);
        return;
      }
      const error = toAppError(thrown);
      if (error.kind === 'transient') {
        store.setState({ status: 'offline', message: error.message }, true);
        later(options.retryMs ?? 5000);
      } else {
        store.setState({ status: 'refused', message: error.message, hint: error.hint }, true);
      }
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    if (store.getState().status === 'conflict' || document.getState().present === saved)
      return running ?? Promise.resolve();
    running ??= saveOnce().finally(() => {
      running = null;
    });
    return running;
  }

  const unsubscribe = document.subscribe((state, before) => {
    if (state.present === before.present) return;
    const { status } = store.getState();
    if (status === 'conflict') {
      keepHere();
      return;
    }
    if (state.present === saved && status !== 'saving') {
      clearTimeout(timer);
      shelf.clear();
      store.setState({ status: 'saved', at: savedAt }, true);
      return;
    }
    if (status === 'offline') keepHere();
    else if (status !== 'saving') store.setState({ status: 'dirty' }, true);
    later(options.debounceMs ?? 800);
  });

  return Object.assign(store, {
    flush,
    keep: () => {
      if (document.getState().present !== saved) keepHere();
    },
    revision: () => revision,
    keepMine: () => {
      const state = store.getState();
      if (state.status !== 'conflict') return Promise.resolve();
      revision = state.theirs.revision;
      store.setState({ status: 'dirty' }, true);
      return flush();
    },
    takeTheirs: () => {
      const state = store.getState();
      if (state.status !== 'conflict') return;
      revision = state.theirs.revision;
      saved = document.getState().present;
      savedAt = Date.now();
      shelf.clear();
      store.setState({ status: 'saved', at: savedAt }, true);
    },
    meetConflict: (theirs: PipelineDetail) => {
      store.setState({ status: 'conflict', theirs }, true);
    },
    dispose: () => {
      clearTimeout(timer);
      unsubscribe();
    },
  });
}

/** The shelf in this browser. A full or forbidden storage loses the copy, never the page. */
export function browserShelf(pipelineId: string): DraftShelf {
  const key = `sluice:unsaved:${pipelineId}`;
  return {
    get() {
      try {
        const text = localStorage.getItem(key);
        return text === null ? null : (JSON.parse(text) as UnsavedDraft);
      } catch {
        // Unreadable: as good as none.
        return null;
      }
    },
    put(draft) {
      try {
        localStorage.setItem(key, JSON.stringify(draft));
      } catch {
        // Full or forbidden. The page still holds the draft, and the bar says that it is not saved.
      }
    },
    clear() {
      try {
        localStorage.removeItem(key);
      } catch {
        // Forbidden: then nothing was put there either.
      }
    },
  };
}

import { callApi } from '#lib/contracts/client.ts';
import type { PipelineDetail } from '#lib/contracts/pipelines.ts';
import type { EditorDocument } from '../model/editor-document.ts';
import { createBindStore, type BindStore } from './bind-store.ts';
import { createCanvasStore, type CanvasStore } from './canvas-store.ts';
import { createDocumentStore, type DocumentStore } from './document-store.ts';
import { createRunStore, type RunStore } from './run-store.ts';
import { browserShelf, createSaveStore, type SaveStore } from './save-store.ts';
import { createSelectionStore, type SelectionStore } from './selection-store.ts';
import { createUiStore, type UiStore } from './ui-store.ts';

/** One open pipeline: its stores, which know each other only as far as they must. */
export interface Editor {
  readonly pipeline: PipelineDetail;
  /** A viewer's: to look at, preview and copy from, not to change or run. */
  readonly readOnly: boolean;
  readonly document: DocumentStore;
  readonly selection: SelectionStore;
  readonly canvas: CanvasStore;
  readonly bind: BindStore;
  readonly save: SaveStore;
  readonly run: RunStore;
  readonly ui: UiStore;
  dispose(): void;
}

/** Opens an editor on a pipeline. `start` is its draft, with a place for every node. */
export function openEditor(
  pipeline: PipelineDetail,
  start: EditorDocument,
  { readOnly }: { readOnly: boolean },
): Editor {
  const params = { id: pipeline.id };
  const document = createDocumentStore(start, readOnly);
  const selection = createSelectionStore();
  const canvas = createCanvasStore(document, selection);
  const bind = createBindStore({
    document,
    bind: (meaning, signal) => callApi('bind', { body: { document: { ...meaning } }, signal }),
  });
  const save = createSaveStore({
    revision: pipeline.revision,
    document,
    save: ({ revision, document: draft }) =>
      callApi('savePipeline', { params, body: { revision, document: { ...draft } } }),
    shelf: browserShelf(pipeline.id),
  });
  const run = createRunStore((request) => callApi('startRun', { params, body: request }));
  return {
    pipeline,
    readOnly,
    document,
    selection,
    canvas,
    bind,
    save,
    run,
    ui: createUiStore(),
    dispose: () => {
      // Leaving the page inside the app: what is not saved yet goes out now, and stays in the browser if it cannot.
      void save.flush();
      save.dispose();
      bind.dispose();
      canvas.dispose();
    },
  };
}

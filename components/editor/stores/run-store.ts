import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RunSummary, StartRunRequest } from '#lib/contracts/runs.ts';
import { toAppError } from '#lib/errors/app-error.ts';
import type { PipelineDocument } from '#lib/document/schema.ts';

export interface RunState {
  /** The run whose results the canvas shows; null before the first. */
  readonly run: RunSummary | null;
  /** The document that it ran, frozen when it started. */
  readonly document: PipelineDocument | null;
  readonly starting: boolean;
}

export interface RunStore extends StoreApi<RunState> {
  /** Starts a run of exactly this document. Throws what the server says. */
  start(document: PipelineDocument, request: Omit<StartRunRequest, 'document'>): Promise<void>;
  /** Shows an earlier run. */
  show(run: RunSummary, document: PipelineDocument): void;
}

/** Which run the editor shows. What its nodes do is in the live store, keyed by run and node. */
export function createRunStore(startRun: (request: StartRunRequest) => Promise<RunSummary>): RunStore {
  const store = createStore<RunState>(() => ({ run: null, document: null, starting: false }));
  return Object.assign(store, {
    start: async (document: PipelineDocument, request: Omit<StartRunRequest, 'document'>) => {
      if (store.getState().starting) return;
      store.setState({ starting: true });
      try {
        const run = await startRun({ ...request, document: { ...document } });
        store.setState({ run, document, starting: false });
      } catch (thrown) {
        store.setState({ starting: false });
        throw toAppError(thrown);
      }
    },
    show: (run: RunSummary, document: PipelineDocument) => {
      store.setState({ run, document });
    },
  });
}

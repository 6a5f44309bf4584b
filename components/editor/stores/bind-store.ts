import { createStore, type StoreApi } from 'zustand/vanilla';
import type { BindAnswer, BoundNodeSummary } from '#lib/contracts/preview.ts';
import type { Fault } from '#lib/errors/app-error.ts';
import { toAppError } from '#lib/errors/app-error.ts';
import type { PipelineDocument } from '#lib/document/schema.ts';
import { meaningOf, type EditorDocument } from '../model/editor-document.ts';
import type { DocumentStore } from './document-store.ts';

export interface BindState {
  /** What binding knows of each node; the last known while a newer answer is on its way. */
  readonly nodes: Readonly<Record<string, BoundNodeSummary>>;
  /** All faults of the document, its order. */
  readonly faults: readonly Fault[];
  readonly faultsByNode: Readonly<Record<string, readonly Fault[]>>;
  readonly faultsByEdge: Readonly<Record<string, readonly Fault[]>>;
  /** The edge ids by the index under which the last answer knows them. */
  readonly edgeIds: readonly string[];
  readonly checking: boolean;
  /** Why there is no newer answer; null while all is well. */
  readonly failure: string | null;
}

export interface BindStore extends StoreApi<BindState> {
  /** Binds now, without waiting for the next change. */
  refresh(): void;
  dispose(): void;
}

export interface BindOptions {
  document: DocumentStore;
  bind(document: Omit<PipelineDocument, 'view'>, signal: AbortSignal): Promise<BindAnswer>;
  /** Quiet time before asking: shorter asks within a word, longer makes the columns lag behind. */
  debounceMs?: number;
}

const NONE: readonly Fault[] = [];

/** Keeps what binding says beside the document while it is edited. */
export function createBindStore({ document, bind, debounceMs = 250 }: BindOptions): BindStore {
  const store = createStore<BindState>(() => ({
    nodes: {},
    faults: NONE,
    faultsByNode: {},
    faultsByEdge: {},
    edgeIds: [],
    checking: false,
    failure: null,
  }));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking: AbortController | null = null;
  let asked = '';

  async function ask(): Promise<void> {
    const editor = document.getState().present;
    const meaning = meaningOf(editor);
    const text = JSON.stringify(meaning);
    if (text === asked) return;
    asking?.abort();
    const controller = new AbortController();
    asking = controller;
    asked = text;
    store.setState({ checking: true });
    try {
      const answer = await bind(meaning, controller.signal);
      if (!controller.signal.aborted) store.setState(takeIn(store.getState(), answer, editor));
    } catch (thrown) {
      if (controller.signal.aborted) return;
      asked = '';
      store.setState({ checking: false, failure: toAppError(thrown).message });
    }
  }

  const unsubscribe = document.subscribe((state, before) => {
    if (state.present === before.present) return;
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), debounceMs);
  });

  return Object.assign(store, {
    refresh: () => {
      asked = '';
      void ask();
    },
    dispose: () => {
      clearTimeout(timer);
      asking?.abort();
      unsubscribe();
    },
  });
}

/** The next state; what an answer says again keeps its identity, so that only changed cards render. */
function takeIn(old: BindState, answer: BindAnswer, editor: EditorDocument): BindState {
  const edgeIds = editor.edgeIds;
  const faultsByNode: Record<string, Fault[]> = {};
  const faultsByEdge: Record<string, Fault[]> = {};
  const faults = answer.faults.map(askedForLater);
  for (const fault of faults) {
    const edgeId = fault.place?.edge === undefined ? undefined : edgeIds[fault.place.edge];
    if (edgeId !== undefined) (faultsByEdge[edgeId] ??= []).push(fault);
    const nodeId = nodeOfFault(fault, editor);
    if (nodeId !== undefined) (faultsByNode[nodeId] ??= []).push(fault);
  }
  const nodes = Object.fromEntries(answer.nodes.map((node) => [node.id, node]));
  return {
    nodes: keepSame(old.nodes, nodes),
    faults,
    faultsByNode: keepSame(old.faultsByNode, faultsByNode),
    faultsByEdge: keepSame(old.faultsByEdge, faultsByEdge),
    edgeIds,
    checking: false,
    failure: null,
  };
}

/** A parameter without a value stands in nobody's way while a pipeline is drawn: starting a run asks for it. */
function askedForLater(fault: Fault): Fault {
  return fault.code === 'missing-parameter' ? { ...fault, severity: 'warning' } : fault;
}

/** The node that a fault is about: named, or found from its path into the document. */
export function nodeOfFault(fault: Fault, editor: EditorDocument): string | undefined {
  if (fault.place?.nodeId !== undefined) return fault.place.nodeId;
  const [head, index] = fault.place?.path ?? [];
  return head === 'nodes' && typeof index === 'number' ? editor.nodeIds[index] : undefined;
}

/** The path of a fault inside its node's config; null when it is about the node as a whole. */
export function configPathOf(fault: Fault): readonly (string | number)[] | null {
  const path = fault.place?.path;
  if (!path) return null;
  if (path[0] === 'nodes' && path[2] === 'config') return path.slice(3);
  return path[0] === 'config' ? path.slice(1) : null;
}

function keepSame<T>(old: Readonly<Record<string, T>>, next: Record<string, T>): Record<string, T> {
  for (const [id, value] of Object.entries(next)) {
    const before = old[id];
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(value)) next[id] = before;
  }
  return next;
}

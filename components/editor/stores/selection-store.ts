import { createStore, type StoreApi } from 'zustand/vanilla';

export interface SelectionState {
  /** Ids of nodes, edges and notes. */
  readonly ids: ReadonlySet<string>;
  /** The field that a fault points to, as a path inside the config. */
  readonly focusPath: readonly (string | number)[] | null;
}

export interface SelectionStore extends StoreApi<SelectionState> {
  select(ids: Iterable<string>): void;
  toggle(id: string): void;
  /** Selects one node and leads to a field of its form (a path inside the config). */
  reveal(id: string, focusPath: readonly (string | number)[] | null): void;
}

export function createSelectionStore(): SelectionStore {
  const store = createStore<SelectionState>(() => ({ ids: new Set<string>(), focusPath: null }));
  const select = (wanted: Iterable<string>) => {
    const ids = new Set(wanted);
    const { ids: old } = store.getState();
    if (ids.size === old.size && [...ids].every((id) => old.has(id))) return;
    store.setState({ ids, focusPath: null });
  };
  return Object.assign(store, {
    select,
    toggle: (id: string) => {
      const { ids } = store.getState();
      select(ids.has(id) ? [...ids].filter((other) => other !== id) : [...ids, id]);
    },
    reveal: (id: string, focusPath: readonly (string | number)[] | null) => {
      store.setState({ ids: new Set([id]), focusPath });
    },
  });
}

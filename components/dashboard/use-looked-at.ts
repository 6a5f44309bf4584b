'use client';

import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
const keyOf = (workspaceId: string) => `sluice:looked-at:${workspaceId}`;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

/** When this browser last marked the workspace's failures as seen, and the way to do so now. */
export function useLookedAt(workspaceId: string | undefined): [string | null, () => void] {
  const lookedAt = useSyncExternalStore(
    subscribe,
    () => (workspaceId === undefined ? null : localStorage.getItem(keyOf(workspaceId))),
    () => null,
  );
  const look = () => {
    if (workspaceId === undefined) return;
    localStorage.setItem(keyOf(workspaceId), new Date().toISOString());
    for (const listener of listeners) listener();
  };
  return [lookedAt, look];
}

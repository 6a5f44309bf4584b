'use client';

import { useStore } from '@xyflow/react';
import { createContext, use, type ReactNode } from 'react';

/** Below this zoom nothing but a name and a number can be read. */
const FAR_BELOW_ZOOM = 0.55;

const isFar = (state: { transform: readonly [number, number, number] }): boolean =>
  state.transform[2] < FAR_BELOW_ZOOM;

const FarContext = createContext(false);

/** Watches the zoom once for all cards and edges: each on its own would ask at every frame of a pan. */
export function FarProvider({ children }: { children: ReactNode }) {
  return <FarContext value={useStore(isFar)}>{children}</FarContext>;
}

/** Whether the zoom is too small to read a card. */
export function useFar(): boolean {
  return use(FarContext);
}

'use client';

import { createContext, use, useDeferredValue, useMemo, type ReactNode } from 'react';
import { useDocument, useRun } from '../editor-context.tsx';
import { toDocument } from '../model/editor-document.ts';
import { staleNodes, type StaleReasons } from '../model/staleness.ts';

const NONE: StaleReasons = {};
const StalenessContext = createContext<StaleReasons>(NONE);

/** Compares the run on show with the document on screen, once for all cards. */
export function StalenessProvider({ children }: { children: ReactNode }) {
  const ran = useRun((state) => state.document);
  const editor = useDeferredValue(useDocument((document) => document));
  const reasons = useMemo(() => (ran ? staleNodes(ran, toDocument(editor)) : NONE), [ran, editor]);
  return <StalenessContext value={reasons}>{children}</StalenessContext>;
}

/** Why a node's last result is out of date, in words; null while it is not. */
export function useStaleReason(id: string): string | null {
  return use(StalenessContext)[id] ?? null;
}

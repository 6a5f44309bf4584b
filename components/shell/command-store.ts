'use client';

import type { LucideIcon } from 'lucide-react';
import { useEffect } from 'react';
import { create } from 'zustand';

/** Something the palette can do. */
export interface PaletteCommand {
  id: string;
  label: string;
  icon?: LucideIcon;
  /** Further words it is found by. */
  keywords?: string[];
  shortcut?: readonly string[];
  run: () => void;
}

export interface PaletteGroup {
  heading: string;
  commands: readonly PaletteCommand[];
}

interface PaletteState {
  open: boolean;
  /** What the page in view adds. */
  groups: readonly PaletteGroup[];
}

export const usePaletteStore = create<PaletteState>()(() => ({ open: false, groups: [] }));

export function openPalette(): void {
  usePaletteStore.setState({ open: true });
}

export function setPaletteOpen(open: boolean): void {
  usePaletteStore.setState({ open });
}

/** While the component is mounted, these commands stand first in the palette. The group must be memoised. */
export function usePaletteGroup(group: PaletteGroup): void {
  useEffect(() => {
    usePaletteStore.setState(({ groups }) => ({ groups: [...groups, group] }));
    return () => {
      usePaletteStore.setState(({ groups }) => ({ groups: groups.filter((each) => each !== group) }));
    };
  }, [group]);
}

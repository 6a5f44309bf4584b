'use client';

import { useState, type KeyboardEvent, type MouseEvent } from 'react';
import { moveSelection, selectionBounds, START, type Cell, type GridSelection } from './grid-selection.ts';

export interface GridSelectionOptions {
  rowCount: number;
  columnCount: number;
  /** Rows in view. */
  pageRows: number;
  scrollTo: (cell: Cell) => void;
  onCopy: (bounds: GridBounds, withHeader: boolean) => void;
}

export type GridBounds = ReturnType<typeof selectionBounds>;

/** Which cells are selected, and how keys and pointer change that. */
export function useGridSelection(options: GridSelectionOptions) {
  const { rowCount, columnCount, pageRows, scrollTo, onCopy } = options;
  const [selection, setSelection] = useState<GridSelection | null>(null);
  const [opened, setOpened] = useState(false);
  const bounds = selection && selectionBounds(selection);

  const select = (next: GridSelection) => {
    setSelection(next);
    setOpened(false);
    scrollTo(next.active);
  };
  const open = () => {
    setOpened(selection !== null);
  };
  const copy = (withHeader: boolean) => {
    if (bounds) onCopy(bounds, withHeader);
  };
  const next = (event: KeyboardEvent): GridSelection | null => {
    if (rowCount === 0 || columnCount === 0) return null;
    if (!selection) return event.key.startsWith('Arrow') ? START : null;
    const pressed = { key: event.key, shiftKey: event.shiftKey, mod: event.ctrlKey || event.metaKey };
    return moveSelection(selection, pressed, {
      rows: rowCount,
      columns: columnCount,
      page: Math.max(1, pageRows - 1),
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const moved = next(event);
    if (moved) {
      event.preventDefault();
      select(moved);
    } else if (event.key.toLowerCase() === 'c' && (event.ctrlKey || event.metaKey) && bounds) {
      event.preventDefault();
      copy(event.shiftKey);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      open();
    } else if (event.key === 'Escape') {
      setSelection(null);
    }
  };
  const onPointer = (event: MouseEvent) => {
    const cell = cellAt(event.target);
    // A menu over several selected cells speaks of all of them.
    if (!cell || (event.type === 'contextmenu' && bounds && isInside(cell, bounds))) return;
    select({ anchor: event.shiftKey && selection ? selection.anchor : cell, active: cell });
  };
  return {
    selection,
    bounds,
    opened,
    open,
    close: () => {
      setOpened(false);
    },
    copy,
    onKeyDown,
    onPointer,
  };
}

const isInside = ({ row, column }: Cell, bounds: GridBounds): boolean =>
  row >= bounds.top && row <= bounds.bottom && column >= bounds.left && column <= bounds.right;

function cellAt(target: EventTarget): Cell | null {
  const cell = target instanceof Element ? target.closest('[role="gridcell"]') : null;
  const row = cell?.closest('[role="row"]')?.getAttribute('aria-rowindex');
  const column = cell?.getAttribute('data-column');
  return row && column ? { row: Number(row) - 2, column: Number(column) } : null;
}

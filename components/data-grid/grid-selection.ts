/** A cell by row and column number, from 0. */
export interface Cell {
  row: number;
  column: number;
}

/** A rectangle of cells, from where it began to where the cursor is. */
export interface GridSelection {
  anchor: Cell;
  active: Cell;
}

export interface GridSize {
  rows: number;
  columns: number;
  /** Rows that Page Up and Page Down move by. */
  page: number;
}

export const START: GridSelection = { anchor: { row: 0, column: 0 }, active: { row: 0, column: 0 } };

export function selectionBounds({ anchor, active }: GridSelection) {
  return {
    top: Math.min(anchor.row, active.row),
    bottom: Math.max(anchor.row, active.row),
    left: Math.min(anchor.column, active.column),
    right: Math.max(anchor.column, active.column),
  };
}

export interface GridKey {
  key: string;
  shiftKey: boolean;
  /** Ctrl or Cmd. */
  mod: boolean;
}

/** The selection after a key, or null where the key moves nothing. */
export function moveSelection(
  selection: GridSelection,
  pressed: GridKey,
  size: GridSize,
): GridSelection | null {
  const target = targetOf(selection.active, pressed, size);
  if (!target) return null;
  const active = {
    row: Math.max(0, Math.min(size.rows - 1, target.row)),
    column: Math.max(0, Math.min(size.columns - 1, target.column)),
  };
  return { anchor: pressed.shiftKey ? selection.anchor : active, active };
}

function targetOf(
  { row, column }: Cell,
  { key, mod }: GridKey,
  { rows, columns, page }: GridSize,
): Cell | null {
  switch (key) {
    case 'ArrowUp':
      return { row: mod ? 0 : row - 1, column };
    case 'ArrowDown':
      return { row: mod ? rows - 1 : row + 1, column };
    case 'ArrowLeft':
      return { row, column: mod ? 0 : column - 1 };
    case 'ArrowRight':
      return { row, column: mod ? columns - 1 : column + 1 };
    case 'PageUp':
      return { row: row - page, column };
    case 'PageDown':
      return { row: row + page, column };
    case 'Home':
      return { row: mod ? 0 : row, column: 0 };
    case 'End':
      return { row: mod ? rows - 1 : row, column: columns - 1 };
    default:
      return null;
  }
}

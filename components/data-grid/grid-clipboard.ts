'use client';

import { toast } from '#components/ui/toast.tsx';
import type { JsonRow } from '#lib/contracts/run-record.ts';
import { toTsv } from './cell-text.ts';
import type { GridColumn } from './column-kind.ts';
import type { GridBounds } from './use-grid-selection.ts';

const ROWS_MAX = 10_000;

export interface CopySource {
  bounds: GridBounds;
  columns: readonly GridColumn[];
  /** Undefined where a row is not here; it is left out. */
  rowAt: (index: number) => JsonRow | undefined;
  withHeader: boolean;
}

/** Puts the selected cells on the clipboard, and says so, and what it left out. */
export function copyCells({ bounds, columns, rowAt, withHeader }: CopySource): void {
  const wanted = bounds.bottom - bounds.top + 1;
  const rows = Array.from({ length: Math.min(wanted, ROWS_MAX) }, (_, offset) =>
    rowAt(bounds.top + offset),
  ).filter((row) => row !== undefined);
  const names = columns.slice(bounds.left, bounds.right + 1).map((column) => column.name);
  copyText(
    toTsv(rows, names, withHeader),
    rows.length < wanted ? `Copied ${rows.length} of ${wanted} rows: the rest is not loaded.` : 'Copied.',
  );
}

export function copyText(text: string, done = 'Copied.'): void {
  navigator.clipboard.writeText(text).then(
    () => toast.success(done),
    () => toast.error('The browser did not allow copying.'),
  );
}

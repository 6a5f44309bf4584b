'use client';

import { useMemo, useState } from 'react';
import type { JsonRow } from '#lib/contracts/run-record.ts';
import type { Schema } from '#lib/sql/schema.ts';
import { cellText } from './cell-text.ts';
import { gridColumns } from './column-kind.ts';
import type { PlacedColumn } from './grid-row.tsx';

const MEASURED_ROWS = 100;
/** Columns drawn beyond the edges, in pixels. */
const OVERSCAN_PX = 200;

export interface ColumnLayout {
  columns: readonly PlacedColumn[];
  /** Width of the row numbers. */
  gutterWidth: number;
  /** Of everything. */
  width: number;
  resize: (index: number, width: number) => void;
  resetWidth: (index: number) => void;
}

/** Where each column stands: as wide as its first cells need, or as the person has pulled it. */
export function useColumnLayout(schema: Schema, rows: readonly JsonRow[], rowCount: number): ColumnLayout {
  const [chosen, setChosen] = useState<Readonly<Record<number, number>>>({});
  const fitted = useMemo(() => {
    const measured = rows.slice(0, MEASURED_ROWS);
    return gridColumns(schema, (name) => measured.map((row) => cellText(row[name]) ?? 'NULL'));
  }, [schema, rows]);
  const gutterWidth = Math.max(40, String(rowCount).length * 8 + 18);
  const columns: PlacedColumn[] = [];
  let left = gutterWidth;
  for (const [index, column] of fitted.entries()) {
    const width = chosen[index] ?? column.width;
    columns.push({ ...column, index, left, width });
    left += width;
  }
  return {
    columns,
    gutterWidth,
    width: left,
    resize: (index, width) => {
      setChosen((before) => ({ ...before, [index]: width }));
    },
    resetWidth: (index) => {
      setChosen(({ [index]: _, ...rest }) => rest);
    },
  };
}

/** The columns to draw for what is scrolled into view. */
export function columnsInView(
  { columns, gutterWidth }: ColumnLayout,
  view: { left: number; width: number },
): PlacedColumn[] {
  return columns.filter(
    (column) =>
      column.left + column.width > view.left + gutterWidth - OVERSCAN_PX &&
      column.left < view.left + view.width + OVERSCAN_PX,
  );
}

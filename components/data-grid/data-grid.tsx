'use client';

import { useId, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { cn } from '#components/ui/cn.ts';
import { ContextMenu, ContextMenuContent, ContextMenuItem, ContextMenuSeparator, ContextMenuTrigger } from '#components/ui/context-menu.tsx';
import { toast } from '#components/ui/toast.tsx';
import type { JsonRow } from '#lib/contracts/run-record.ts';
import type { Schema } from '#lib/sql/schema.ts';
import { CellPopover } from './cell-popover.tsx';
import { cellText, toTsv } from './cell-text.ts';
import { gridColumns } from './column-kind.ts';
import { GridHeader, HEADER_PX } from './grid-header.tsx';
import { GridRow, ROW_PX, type PlacedColumn } from './grid-row.tsx';
import { moveSelection, selectionBounds, START, type GridSelection } from './grid-selection.ts';
import { rowWindow, scrollTopFor } from './row-window.ts';
import { useGridViewport } from './use-grid-viewport.ts';
import { useRowPages, type RowPages } from './use-row-pages.ts';

export interface DataGridProps {
  /** Its accessible name: "Output of Late only". */
  label: string;
  schema: Schema;
  /** Rows from the first one on. */
  rows: readonly JsonRow[];
  /** Where the rows after those come from. */
  pages?: RowPages;
  className?: string;
}

const OVERSCAN_ROWS = 6;
const MEASURED_ROWS = 100;
const COPIED_ROWS_MAX = 10_000;

/**
 * Rows of data: virtualised both ways, moved through by arrow keys, copied as a spreadsheet reads it.
 * Give it a `key` where another result takes its place, so that scroll and selection begin anew.
 */
export function DataGrid({ label, schema, rows, pages, className }: DataGridProps) {
  const id = useId();
  const rowCount = Math.max(rows.length, pages?.total ?? 0);
  const { viewport, ref, element, onScroll } = useGridViewport();
  const layout = useColumnLayout(schema, rows, rowCount);
  const [selection, setSelection] = useState<GridSelection | null>(null);
  const [opened, setOpened] = useState(false);
  const opener = useRef<HTMLElement | null>(null);

  const bodyHeight = Math.max(ROW_PX, viewport.height - HEADER_PX);
  const geometry = { rowCount, rowHeight: ROW_PX, viewportHeight: bodyHeight, scrollTop: viewport.top };
  const view = rowWindow({ ...geometry, overscan: OVERSCAN_ROWS });
  const { rowAt, error, retry } = useRowPages(rows, pages, view);
  const shown = columnsInView(layout.columns, viewport.left, viewport.width, layout.gutterWidth);
  const bounds = selection && selectionBounds(selection);
  const activeColumn = selection ? layout.columns[selection.active.column] : undefined;

  const select = (next: GridSelection) => {
    setSelection(next);
    setOpened(false);
    const scroller = element.current;
    const column = layout.columns[next.active.column];
    if (!scroller || !column) return;
    scroller.scrollTop = scrollTopFor(next.active.row, { ...geometry, scrollTop: scroller.scrollTop });
    if (column.left < scroller.scrollLeft + layout.gutterWidth) scroller.scrollLeft = column.left - layout.gutterWidth;
    else if (column.left + column.width > scroller.scrollLeft + scroller.clientWidth) scroller.scrollLeft = column.left + column.width - scroller.clientWidth;
  };
  const open = () => {
    if (!selection) return;
    opener.current = document.getElementById(`${id}-${selection.active.row}-${selection.active.column}`);
    setOpened(opener.current !== null);
  };
  const copy = (withHeader: boolean) => {
    if (!bounds) return;
    copyText(textOf(bounds, layout.columns, { rowAt, withHeader }));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const mod = event.ctrlKey || event.metaKey;
    if (mod && event.key.toLowerCase() === 'c' && bounds) {
      event.preventDefault();
      copy(event.shiftKey);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      open();
    } else if (event.key === 'Escape' && selection) {
      setSelection(null);
    } else if (rowCount > 0 && layout.columns.length > 0) {
      const size = { rows: rowCount, columns: layout.columns.length, page: Math.max(1, Math.floor(bodyHeight / ROW_PX) - 1) };
      const next = selection ? moveSelection(selection, { key: event.key, shiftKey: event.shiftKey, mod }, size) : event.key.startsWith('Arrow') ? START : null;
      if (!next) return;
      event.preventDefault();
      select(next);
    }
  };
  const onPointer = (event: MouseEvent) => {
    const cell = cellAt(event.target);
    if (!cell) return;
    const keep = event.type === 'contextmenu' && bounds && cell.row >= bounds.top && cell.row <= bounds.bottom && cell.column >= bounds.left && cell.column <= bounds.right;
    if (!keep) select({ anchor: event.shiftKey && selection ? selection.anchor : cell, active: cell });
  };

  return (
    <ContextMenu>
      <ContextMenuTrigger asChild>
        <div
          ref={ref}
          role="grid"
          aria-label={label}
          aria-rowcount={rowCount + 1}
          aria-colcount={schema.length + 1}
          aria-activedescendant={selection ? `${id}-${selection.active.row}-${selection.active.column}` : undefined}
          tabIndex={0}
          onScroll={onScroll}
          onKeyDown={onKeyDown}
          onClick={onPointer}
          onContextMenu={onPointer}
          onDoubleClick={open}
          className={cn('relative h-full min-h-0 overflow-auto bg-surface-1 select-none focus-visible:outline-2 focus-visible:-outline-offset-2', className)}
        >
          <div role="rowgroup"><GridHeader columns={shown} width={layout.width} gutterWidth={layout.gutterWidth} onResize={layout.resize} onResetWidth={layout.resetWidth} /></div>
          <div role="rowgroup" className="relative" style={{ height: view.height, width: layout.width }}>
            {Array.from({ length: view.end - view.first }, (_, offset) => view.first + offset).map((index) => (
              <GridRow
                key={index}
                id={id}
                index={index}
                top={view.topOf(index)}
                width={layout.width}
                gutterWidth={layout.gutterWidth}
                columns={shown}
                row={rowAt(index)}
                selected={bounds && index >= bounds.top && index <= bounds.bottom ? [bounds.left, bounds.right] : null}
                activeColumn={selection?.active.row === index ? selection.active.column : null}
              />
            ))}
          </div>
          {error ? <LoadError message={error.message} onRetry={retry} /> : null}
        </div>
      </ContextMenuTrigger>
      <ContextMenuContent>
        <ContextMenuItem disabled={!selection} shortcut={['mod', 'C']} onSelect={() => { copy(false); }}>Copy</ContextMenuItem>
        <ContextMenuItem disabled={!selection} shortcut={['mod', 'shift', 'C']} onSelect={() => { copy(true); }}>Copy with names</ContextMenuItem>
        <ContextMenuItem disabled={!selection} onSelect={() => { if (selection) copyText(JSON.stringify(rowAt(selection.active.row), null, 2)); }}>Copy row as JSON</ContextMenuItem>
        <ContextMenuSeparator />
        <ContextMenuItem disabled={!selection} onSelect={open}>Show the whole value</ContextMenuItem>
      </ContextMenuContent>
      {selection && activeColumn ? (
        <CellPopover open={opened} onClose={() => { setOpened(false); element.current?.focus(); }} anchor={opener} column={activeColumn} value={rowAt(selection.active.row)?.[activeColumn.name]} />
      ) : null}
    </ContextMenu>
  );
}

function useColumnLayout(schema: Schema, rows: readonly JsonRow[], rowCount: number) {
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
    resize: (index: number, width: number) => { setChosen((before) => ({ ...before, [index]: width })); },
    resetWidth: (index: number) => { setChosen(({ [index]: _, ...rest }) => rest); },
  };
}

function columnsInView(columns: readonly PlacedColumn[], left: number, width: number, gutterWidth: number): PlacedColumn[] {
  return columns.filter((column) => column.left + column.width > left + gutterWidth - 200 && column.left < left + width + 200);
}

function cellAt(target: EventTarget): { row: number; column: number } | null {
  const cell = target instanceof Element ? target.closest('[role="gridcell"]') : null;
  const row = cell?.closest('[role="row"]')?.getAttribute('aria-rowindex');
  const column = cell?.getAttribute('data-column');
  return row && column ? { row: Number(row) - 2, column: Number(column) } : null;
}

interface CopySource {
  rowAt: (index: number) => JsonRow | undefined;
  withHeader: boolean;
}

function textOf(bounds: ReturnType<typeof selectionBounds>, columns: readonly PlacedColumn[], { rowAt, withHeader }: CopySource): string {
  const copied: JsonRow[] = [];
  for (let index = bounds.top; index <= bounds.bottom && copied.length < COPIED_ROWS_MAX; index += 1) {
    const row = rowAt(index);
    if (row) copied.push(row);
  }
  return toTsv(copied, columns.slice(bounds.left, bounds.right + 1).map((column) => column.name), withHeader);
}

function copyText(text: string): void {
  navigator.clipboard.writeText(text).then(
    () => toast.success('Copied.'),
    () => toast.error('The browser did not allow copying.'),
  );
}

function LoadError({ message, onRetry }: { message: string; onRetry: () => void }) {
  return (
    <div role="alert" className="floating sticky bottom-2 left-2 inline-flex items-center gap-2 px-3 py-1.5 text-12">
      {message}
      <button type="button" onClick={onRetry} className="font-medium text-accent">Try again</button>
    </div>
  );
}

'use client';

import { useId, type ReactNode } from 'react';
import { cn } from '#components/ui/cn.ts';
import {
  ContextMenu,
  ContextMenuContent,
  ContextMenuItem,
  ContextMenuSeparator,
  ContextMenuTrigger,
} from '#components/ui/context-menu.tsx';
import type { JsonRow } from '#lib/contracts/run-record.ts';
import type { Schema } from '#lib/sql/schema.ts';
import { CellPopover } from './cell-popover.tsx';
import { copyCells, copyText } from './grid-clipboard.ts';
import { GridHeader, HEADER_PX } from './grid-header.tsx';
import { GridRow, ROW_PX } from './grid-row.tsx';
import type { Cell } from './grid-selection.ts';
import { rowWindow, scrollTopFor } from './row-window.ts';
import { columnsInView, useColumnLayout } from './use-column-layout.ts';
import { useGridSelection } from './use-grid-selection.ts';
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

/**
 * Rows of data: virtualised both ways, moved through by arrow keys, copied as a spreadsheet reads it.
 * Give it a `key` where another result takes its place, so that scroll and selection begin anew.
 */
export function DataGrid({ label, schema, rows, pages, className }: DataGridProps) {
  const id = useId();
  const rowCount = Math.max(rows.length, pages?.total ?? 0);
  const { viewport, ref, onScroll, scroll, focus } = useGridViewport();
  const layout = useColumnLayout(schema, rows, rowCount);
  const viewportHeight = Math.max(ROW_PX, viewport.height - HEADER_PX);
  const geometry = { rowCount, rowHeight: ROW_PX, viewportHeight };
  const view = rowWindow({ ...geometry, scrollTop: viewport.top, overscan: OVERSCAN_ROWS });
  const { rowAt, error, retry } = useRowPages(rows, pages, view);
  const shown = columnsInView(layout, viewport);
  const grid = useGridSelection({
    rowCount,
    columnCount: layout.columns.length,
    pageRows: Math.floor(viewportHeight / ROW_PX),
    scrollTo: (cell) => {
      scroll((at) => ({
        top: scrollTopFor(cell.row, { ...geometry, scrollTop: at.top }),
        left: leftFor(cell, layout, at),
      }));
    },
    onCopy: (bounds, withHeader) => {
      copyCells({ bounds, columns: layout.columns, rowAt, withHeader });
    },
  });
  const active = grid.selection?.active;
  const activeColumn = active && layout.columns[active.column];
  const activeId = active && `${id}-${active.row}-${active.column}`;
  return (
    <GridMenu
      grid={grid}
      onCopyRow={() => {
        if (active) copyText(JSON.stringify(rowAt(active.row), null, 2));
      }}
    >
      <div
        ref={ref}
        role="grid"
        aria-label={label}
        aria-rowcount={rowCount + 1}
        aria-colcount={schema.length + 1}
        aria-multiselectable
        aria-activedescendant={activeId}
        tabIndex={0}
        onScroll={onScroll}
        onKeyDown={grid.onKeyDown}
        onClick={grid.onPointer}
        onContextMenu={grid.onPointer}
        onDoubleClick={grid.open}
        className={cn(
          'relative h-full min-h-0 overflow-auto bg-surface-1 select-none focus-visible:outline-2 focus-visible:-outline-offset-2',
          className,
        )}
      >
        <div role="rowgroup" className="sticky top-0 z-20" style={{ width: layout.width }}>
          <GridHeader columns={shown} layout={layout} />
        </div>
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
              selected={
                grid.bounds && index >= grid.bounds.top && index <= grid.bounds.bottom
                  ? [grid.bounds.left, grid.bounds.right]
                  : null
              }
              activeColumn={active?.row === index ? active.column : null}
            />
          ))}
        </div>
        {error ? <LoadError message={error.message} onRetry={retry} /> : null}
      </div>
      {active && activeColumn && activeId ? (
        <CellPopover
          open={grid.opened}
          onClose={() => {
            grid.close();
            focus();
          }}
          cellId={activeId}
          column={activeColumn}
          value={rowAt(active.row)?.[activeColumn.name]}
        />
      ) : null}
    </GridMenu>
  );
}

/** How far to scroll sideways so that the cell is wholly in view. */
function leftFor(
  cell: Cell,
  layout: ReturnType<typeof useColumnLayout>,
  at: { left: number; width: number },
): number {
  const column = layout.columns[cell.column];
  if (!column) return at.left;
  if (column.left < at.left + layout.gutterWidth) return column.left - layout.gutterWidth;
  return Math.max(at.left, column.left + column.width - at.width);
}

interface GridMenuProps {
  grid: ReturnType<typeof useGridSelection>;
  onCopyRow: () => void;
  /** The grid, then what floats over it. */
  children: [ReactNode, ReactNode];
}

function GridMenu({ grid, onCopyRow, children: [grids, floating] }: GridMenuProps) {
  const none = grid.selection === null;
  return (
    <ContextMenu>
      <ContextMenuTrigger asChild>{grids}</ContextMenuTrigger>
      <ContextMenuContent>
        <ContextMenuItem
          disabled={none}
          shortcut={['mod', 'C']}
          onSelect={() => {
            grid.copy(false);
          }}
        >
          Copy
        </ContextMenuItem>
        <ContextMenuItem
          disabled={none}
          shortcut={['mod', 'shift', 'C']}
          onSelect={() => {
            grid.copy(true);
          }}
        >
          Copy with names
        </ContextMenuItem>
        <ContextMenuItem disabled={none} onSelect={onCopyRow}>
          Copy row as JSON
        </ContextMenuItem>
        <ContextMenuSeparator />
        <ContextMenuItem disabled={none} onSelect={grid.open}>
          Show the whole value
        </ContextMenuItem>
      </ContextMenuContent>
      {floating}
    </ContextMenu>
  );
}

function LoadError({ message, onRetry }: { message: string; onRetry: () => void }) {
  return (
    <div
      role="alert"
      className="floating sticky bottom-2 left-2 inline-flex items-center gap-2 px-3 py-1.5 text-12"
    >
      {message}
      <button type="button" onClick={onRetry} className="font-medium text-accent">
        Try again
      </button>
    </div>
  );
}

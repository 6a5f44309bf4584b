import { memo } from 'react';
import { cn } from '#components/ui/cn.ts';
import type { JsonRow } from '#lib/contracts/run-record.ts';
import { cellText, oneLine } from './cell-text.ts';
import { alignsRight, type GridColumn } from './column-kind.ts';

export const ROW_PX = 24;

export interface PlacedColumn extends GridColumn {
  index: number;
  left: number;
}

export interface GridRowProps {
  id: string;
  index: number;
  top: number;
  width: number;
  gutterWidth: number;
  columns: readonly PlacedColumn[];
  row: JsonRow | undefined;
  /** Columns of this row that are selected, as [first, last]. */
  selected: readonly [number, number] | null;
  activeColumn: number | null;
}

/** One row of cells. Every cell is text: nothing of the data becomes markup. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { id, index, top, width, gutterWidth, columns, row, selected, activeColumn } = props;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className="absolute left-0 border-b border-line/60 bg-surface-1"
      style={{ transform: `translateY(${top}px)`, width, height: ROW_PX }}
    >
      <div
        role="rowheader"
        className="data-text sticky left-0 z-10 flex h-full items-center justify-end border-r border-line bg-surface-1 pr-2 text-ink-3"
        style={{ width: gutterWidth }}
      >
        {index + 1}
      </div>
      {columns.map((column) => (
        <GridCell
          key={column.index}
          id={`${id}-${index}-${column.index}`}
          column={column}
          text={row === undefined ? undefined : cellText(row[column.name])}
          selected={selected !== null && column.index >= selected[0] && column.index <= selected[1]}
          active={activeColumn === column.index}
        />
      ))}
    </div>
  );
});

interface GridCellProps {
  id: string;
  column: PlacedColumn;
  /** Null is NULL, undefined is on its way. */
  text: string | null | undefined;
  selected: boolean;
  active: boolean;
}

function GridCell({ id, column, text, selected, active }: GridCellProps) {
  return (
    <div
      id={id}
      role="gridcell"
      aria-colindex={column.index + 2}
      aria-selected={selected}
      data-column={column.index}
      className={cn(
        'data-text absolute top-0 flex h-full items-center overflow-hidden border-r border-line/60 px-2',
        alignsRight(column.kind) && 'justify-end',
        selected && 'bg-accent/10',
        active && 'outline-2 -outline-offset-2 outline-accent',
      )}
      style={{ left: column.left, width: column.width }}
    >
      {text === undefined ? (
        <span className="h-2 w-2/3 rounded-full bg-surface-3" />
      ) : (
        <CellText text={text} />
      )}
    </div>
  );
}

function CellText({ text }: { text: string | null }) {
  if (text === null) return <span className="text-[10px] tracking-wide text-ink-3">NULL</span>;
  return <span className="truncate whitespace-pre">{oneLine(text)}</span>;
}

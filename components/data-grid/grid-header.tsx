'use client';

import { useRef, type PointerEvent } from 'react';
import { cn } from '#components/ui/cn.ts';
import { alignsRight, shortType } from './column-kind.ts';
import type { PlacedColumn } from './grid-row.tsx';
import { KindIcon } from './kind-icon.tsx';
import type { ColumnLayout } from './use-column-layout.ts';

export const HEADER_PX = 40;
const MIN_COLUMN_PX = 48;

export interface GridHeaderProps {
  /** Those in view. */
  columns: readonly PlacedColumn[];
  layout: ColumnLayout;
}

/** Names and types. */
export function GridHeader({ columns, layout }: GridHeaderProps) {
  return (
    <div
      role="row"
      aria-rowindex={1}
      className="relative border-b border-line bg-surface-2"
      style={{ width: layout.width, height: HEADER_PX }}
    >
      <div
        role="columnheader"
        className="sticky left-0 z-10 h-full border-r border-line bg-surface-2"
        style={{ width: layout.gutterWidth }}
      >
        <span className="sr-only">Row</span>
      </div>
      {columns.map((column) => (
        <div
          key={column.index}
          role="columnheader"
          aria-colindex={column.index + 2}
          title={`${column.name}  ${column.type}`}
          className={cn(
            'absolute top-0 flex h-full flex-col justify-center overflow-hidden border-r border-line px-2',
            alignsRight(column.kind) && 'items-end',
          )}
          style={{ left: column.left, width: column.width }}
        >
          <span className="flex max-w-full items-center gap-1.5">
            <KindIcon type={column.type} className="size-3" />
            <span className="truncate text-12 font-medium whitespace-pre text-ink-1">{column.name}</span>
          </span>
          <span className="max-w-full truncate font-mono text-[10px] leading-3 text-ink-3">
            {shortType(column.type)}
          </span>
          <ResizeEdge
            width={column.width}
            onResize={(next) => {
              layout.resize(column.index, next);
            }}
            onReset={() => {
              layout.resetWidth(column.index);
            }}
          />
        </div>
      ))}
    </div>
  );
}

function ResizeEdge({
  width,
  onResize,
  onReset,
}: {
  width: number;
  onResize: (width: number) => void;
  onReset: () => void;
}) {
  const start = useRef<{ x: number; width: number } | null>(null);
  const move = (event: PointerEvent) => {
    if (start.current)
      onResize(Math.max(MIN_COLUMN_PX, start.current.width + event.clientX - start.current.x));
  };
  return (
    <div
      aria-hidden
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { x: event.clientX, width };
      }}
      onPointerMove={move}
      onPointerUp={() => {
        start.current = null;
      }}
      onDoubleClick={onReset}
      className="absolute inset-y-0 right-0 w-1.5 cursor-col-resize hover:bg-accent/40"
    />
  );
}

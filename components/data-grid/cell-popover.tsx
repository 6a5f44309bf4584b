'use client';

import { useMemo } from 'react';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { Popover, PopoverAnchor, PopoverContent } from '#components/ui/popover.tsx';
import type { JsonValue } from '#lib/contracts/run-record.ts';
import { fullText } from './cell-text.ts';
import type { GridColumn } from './column-kind.ts';
import { KindIcon } from './kind-icon.tsx';

export interface CellPopoverProps {
  open: boolean;
  onClose: () => void;
  /** The DOM id of the cell it belongs to. */
  cellId: string;
  column: GridColumn;
  value: JsonValue | undefined;
}

/** The whole of a cell that is too long for its column. */
export function CellPopover({ open, onClose, cellId, column, value }: CellPopoverProps) {
  const text = fullText(value);
  const anchor = useMemo(() => ({ current: anchorOf(cellId) }), [cellId]);
  return (
    <Popover
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
    >
      <PopoverAnchor virtualRef={anchor} />
      <PopoverContent
        aria-label={`Value of ${column.name}`}
        className="flex max-h-80 w-96 flex-col p-0"
        onOpenAutoFocus={focusContent}
        onCloseAutoFocus={(event) => {
          event.preventDefault();
        }}
      >
        <div className="flex h-9 shrink-0 items-center gap-1.5 border-b border-line pr-1.5 pl-3">
          <KindIcon type={column.type} />
          <span className="truncate text-12 font-medium">{column.name}</span>
          <span className="min-w-0 flex-1 truncate font-mono text-[11px] text-ink-3">{column.type}</span>
          {text === null ? null : <CopyButton text={text} label="Copy the value" />}
        </div>
        <pre
          tabIndex={0}
          className="data-text min-h-0 flex-1 overflow-auto p-3 break-words whitespace-pre-wrap"
        >
          {text ?? <span className="text-ink-3">NULL</span>}
        </pre>
      </PopoverContent>
    </Popover>
  );
}

/** Looked up when it is measured: the cell may be drawn anew meanwhile. */
const anchorOf = (cellId: string) => ({
  getBoundingClientRect: () => document.getElementById(cellId)?.getBoundingClientRect() ?? new DOMRect(),
});

/** Not the copy button: its tooltip would take the first Escape. */
function focusContent(event: Event): void {
  event.preventDefault();
  if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
}

'use client';

import { GripVertical, Plus, X } from 'lucide-react';
import { useState, type DragEvent, type KeyboardEvent, type ReactNode } from 'react';
import { Button } from '#components/ui/button.tsx';
import { cn } from '#components/ui/cn.ts';
import { Words } from '#components/ui/words.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';

interface ListRowProps {
  label: string;
  index: number;
  readOnly: boolean;
  /** Of this list only: a row dragged from another one is not taken. */
  list: string;
  onMove: (from: number, to: number) => void;
  onRemove: () => void;
  children: ReactNode;
}

/** A row with its grip: dragged, or moved by the arrow keys while the grip has focus. */
export function ListRow({ label, index, list, readOnly, onMove, onRemove, children }: ListRowProps) {
  const [over, setOver] = useState(false);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    onMove(index, index + (event.key === 'ArrowUp' ? -1 : 1));
  };
  const onDrop = (event: DragEvent) => {
    setOver(false);
    const [from, of] = event.dataTransfer.getData(ROW_MIME).split('|');
    if (from && of === list) onMove(Number(from), index);
  };
  return (
    <div
      className={cn('group flex items-start gap-1 rounded-control', over && 'outline-1 outline-accent')}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(ROW_MIME)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => {
        setOver(false);
      }}
      onDrop={onDrop}
    >
      <button
        type="button"
        draggable={!readOnly}
        disabled={readOnly}
        aria-label={`Move ${label}; arrow keys`}
        onDragStart={(event) => {
          event.dataTransfer.setData(ROW_MIME, `${index}|${list}`);
        }}
        onKeyDown={onKeyDown}
        className="flex h-7 w-4 shrink-0 cursor-grab items-center justify-center rounded-[4px] text-ink-3 hover:text-ink-1"
      >
        <GripVertical aria-hidden className="size-3.5" />
      </button>
      <div className="min-w-0 flex-1">{children}</div>
      <IconButton
        size="xs"
        className="mt-0.5"
        label={`Remove ${label}`}
        tooltip={false}
        disabled={readOnly}
        onClick={onRemove}
      >
        <X aria-hidden />
      </IconButton>
    </div>
  );
}

const ROW_MIME = 'application/x-sluice-row';

/** Several controls under one name. */
export function Group({
  label,
  help,
  error,
  children,
}: {
  label: string;
  help: string | undefined;
  error: string | undefined;
  children: ReactNode;
}) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-1">
      <legend className="mb-1 text-12 font-medium text-ink-2">{label}</legend>
      {children}
      {error ? (
        <p className="text-12 text-status-failed">{error}</p>
      ) : help ? (
        <p className="text-12 text-ink-3">
          <Words text={help} />
        </p>
      ) : null}
    </fieldset>
  );
}

/** The last line of a list. */
export function AddButton({
  label,
  disabled,
  onClick,
}: {
  label: string;
  disabled: boolean;
  onClick: () => void;
}) {
  return (
    <Button
      variant="ghost"
      className="self-start text-ink-3"
      aria-label={`Add to ${label}`}
      disabled={disabled}
      onClick={onClick}
    >
      <Plus aria-hidden /> Add
    </Button>
  );
}

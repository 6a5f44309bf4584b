'use client';

import { useState } from 'react';
import { cn } from '#components/ui/cn.ts';

export interface NameInputProps {
  label: string;
  value: string;
  onCommit: (value: string) => void;
  disabled?: boolean;
  className?: string;
}

/** A title that is edited in place; takes hold on Enter or when left, Escape brings the old one back. */
export function NameInput({ label, value, onCommit, disabled, className }: NameInputProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const commit = () => {
    if (draft !== null && draft.trim() !== '' && draft.trim() !== value) onCommit(draft.trim().slice(0, 200));
    setDraft(null);
  };
  return (
    <input
      aria-label={label}
      value={draft ?? value}
      maxLength={200}
      disabled={disabled}
      onChange={(event) => {
        setDraft(event.target.value);
      }}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key === 'Escape') setDraft(null);
      }}
      className={cn(
        'h-7 min-w-0 flex-1 rounded-control border border-transparent bg-transparent px-1.5 text-14 font-semibold text-ellipsis text-ink-1 hover:border-line-strong focus:border-accent focus:bg-surface-1 focus:outline-none disabled:border-transparent',
        className,
      )}
    />
  );
}

'use client';

import { Search, X } from 'lucide-react';
import { cn } from './cn.ts';
import { Input, type InputProps } from './input.tsx';

export interface SearchInputProps extends Omit<InputProps, 'value' | 'onChange' | 'type'> {
  value: string;
  onValueChange: (value: string) => void;
  /** Accessible name; the placeholder is only a hint. */
  label: string;
}

/** A field that narrows a list as one types; Escape clears it. */
export function SearchInput({ value, onValueChange, label, className, ...props }: SearchInputProps) {
  return (
    <div className={cn('relative', className)}>
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-2 size-3.5 -translate-y-1/2 text-ink-3"
      />
      <Input
        {...props}
        role="searchbox"
        aria-label={label}
        value={value}
        onChange={(event) => {
          onValueChange(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && value !== '') {
            event.stopPropagation();
            onValueChange('');
          }
          props.onKeyDown?.(event);
        }}
        className="px-7"
      />
      {value === '' ? null : (
        <button
          type="button"
          aria-label="Clear the search"
          onClick={() => {
            onValueChange('');
          }}
          className="absolute top-1/2 right-1 flex size-5 -translate-y-1/2 items-center justify-center rounded-[4px] text-ink-3 hover:bg-surface-2 hover:text-ink-1"
        >
          <X aria-hidden className="size-3.5" />
        </button>
      )}
    </div>
  );
}

'use client';

import { Command } from 'cmdk';
import { Check, ChevronDown } from 'lucide-react';
import { useState, type ComponentProps, type ReactNode } from 'react';
import { cn } from './cn.ts';
import { fieldStyles } from './input.tsx';
import { Popover, PopoverContent, PopoverTrigger } from './popover.tsx';

export interface ComboboxOption {
  value: string;
  label: string;
  /** At the right, quiet: a type, a count. */
  aside?: ReactNode;
  icon?: ReactNode;
  keywords?: string[];
}

export interface ComboboxProps extends Omit<ComponentProps<'button'>, 'value' | 'onChange'> {
  value: string | null;
  onValueChange: (value: string) => void;
  options: readonly ComboboxOption[];
  placeholder?: string;
  searchPlaceholder?: string;
  /** What the list says when nothing fits. */
  empty?: string;
  /** Whether a text that is not among the options may be taken as it stands. */
  allowCustom?: boolean;
  size?: 'sm' | 'md';
}

/** One of many, by typing. */
export function Combobox(props: ComboboxProps) {
  const {
    value,
    onValueChange,
    options,
    placeholder = 'Choose…',
    searchPlaceholder = 'Search…',
    empty = 'Nothing fits.',
    allowCustom,
    size = 'sm',
    className,
    ...trigger
  } = props;
  const [open, setOpen] = useState(false);
  const [search, setSearch] = useState('');
  const selected = options.find((option) => option.value === value);
  const custom = search.trim();
  const offersCustom =
    Boolean(allowCustom) && custom !== '' && !options.some((option) => option.value === custom);
  const choose = (next: string) => {
    onValueChange(next);
    setOpen(false);
    setSearch('');
  };
  return (
    <Popover
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        if (!next) setSearch('');
      }}
    >
      <PopoverTrigger asChild>
        <button
          type="button"
          role="combobox"
          aria-expanded={open}
          {...trigger}
          className={cn(
            fieldStyles,
            'flex items-center gap-1.5 text-left',
            size === 'sm' ? 'h-7' : 'h-8',
            className,
          )}
        >
          {selected?.icon}
          <span
            className={cn(
              'min-w-0 flex-1 truncate',
              value === null || value === '' ? 'text-ink-3' : undefined,
            )}
          >
            {selected?.label ?? (value === null || value === '' ? placeholder : value)}
          </span>
          {selected?.aside}
          <ChevronDown aria-hidden className="size-3.5 shrink-0 text-ink-3" />
        </button>
      </PopoverTrigger>
      <PopoverContent className="w-(--radix-popover-trigger-width) min-w-52 p-0">
        <Command label={searchPlaceholder} loop>
          <Command.Input
            value={search}
            onValueChange={setSearch}
            placeholder={searchPlaceholder}
            className="h-8 w-full border-b border-line bg-transparent px-2.5 text-13 outline-none placeholder:text-ink-3"
          />
          <Command.List className="max-h-64 overflow-y-auto p-1">
            <Command.Empty className="px-2 py-3 text-center text-12 text-ink-3">{empty}</Command.Empty>
            {options.map((option) => (
              <Command.Item
                key={option.value}
                value={option.value}
                keywords={[option.label, ...(option.keywords ?? [])]}
                onSelect={() => {
                  choose(option.value);
                }}
                className={optionStyles}
              >
                {option.icon}
                <span className="min-w-0 flex-1 truncate">{option.label}</span>
                {option.aside}
                <Check
                  aria-hidden
                  className={cn(
                    'size-3.5 shrink-0 text-accent',
                    option.value === value ? undefined : 'invisible',
                  )}
                />
              </Command.Item>
            ))}
            {offersCustom ? (
              <Command.Item
                value={`use:${custom}`}
                keywords={[custom]}
                forceMount
                onSelect={() => {
                  choose(custom);
                }}
                className={optionStyles}
              >
                Use “{custom}”
              </Command.Item>
            ) : null}
          </Command.List>
        </Command>
      </PopoverContent>
    </Popover>
  );
}

const optionStyles =
  'flex min-h-7 items-center gap-2 rounded-control px-2 py-1 text-13 select-none data-[selected=true]:bg-surface-2';

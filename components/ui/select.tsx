'use client';

import { Check, ChevronDown } from 'lucide-react';
import { Select as Radix } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn.ts';
import { fieldStyles } from './input.tsx';

export interface SelectOption {
  value: string;
  label: ReactNode;
  /** A second line that tells the choices apart. */
  description?: string;
  disabled?: boolean;
}

export interface SelectProps extends Omit<ComponentProps<'button'>, 'value' | 'onChange' | 'defaultValue'> {
  value: string | undefined;
  onValueChange: (value: string) => void;
  options: readonly SelectOption[];
  placeholder?: string;
  size?: 'sm' | 'md';
}

/** One of a few. For many choices, or ones to search, use Combobox. Values must not be empty strings. */
export function Select({
  value,
  onValueChange,
  options,
  placeholder,
  size = 'sm',
  disabled,
  className,
  ...trigger
}: SelectProps) {
  return (
    <Radix.Root value={value ?? ''} onValueChange={onValueChange} disabled={disabled ?? false}>
      <Radix.Trigger
        {...trigger}
        className={cn(
          fieldStyles,
          'flex items-center justify-between gap-1.5 text-left data-[placeholder]:text-ink-3',
          size === 'sm' ? 'h-7' : 'h-8',
          className,
        )}
      >
        <span className="truncate">
          <Radix.Value placeholder={placeholder} />
        </span>
        <Radix.Icon asChild>
          <ChevronDown aria-hidden className="size-3.5 shrink-0 text-ink-3" />
        </Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className="floating z-50 max-h-(--radix-select-content-available-height) min-w-(--radix-select-trigger-width) max-w-80 overflow-hidden animate-in fade-in-0 duration-100"
        >
          <Radix.Viewport className="p-1">
            {options.map((option) => (
              <Radix.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled ?? false}
                className="relative flex min-h-7 flex-col justify-center rounded-control py-1 pr-7 pl-2 text-13 outline-none select-none data-[disabled]:opacity-50 data-[highlighted]:bg-surface-2"
              >
                <Radix.ItemText>{option.label}</Radix.ItemText>
                {option.description ? <span className="text-12 text-ink-3">{option.description}</span> : null}
                <Radix.ItemIndicator className="absolute top-1/2 right-2 -translate-y-1/2">
                  <Check aria-hidden className="size-3.5 text-accent" />
                </Radix.ItemIndicator>
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

'use client';

import { Check, Minus } from 'lucide-react';
import { Checkbox as Radix } from 'radix-ui';
import { useId, type ComponentProps, type ReactNode } from 'react';
import { cn } from './cn.ts';

export function Checkbox({ className, ...props }: ComponentProps<typeof Radix.Root>) {
  return (
    <Radix.Root
      className={cn(
        'group flex size-4 shrink-0 items-center justify-center rounded-[4px] border border-ink-3/70 bg-surface-1 transition-colors disabled:opacity-50 data-[state=checked]:border-accent-fill data-[state=checked]:bg-accent-fill data-[state=indeterminate]:border-accent-fill data-[state=indeterminate]:bg-accent-fill',
        className,
      )}
      {...props}
    >
      <Radix.Indicator className="text-accent-on">
        <Check aria-hidden strokeWidth={3} className="size-3 group-data-[state=indeterminate]:hidden" />
        <Minus aria-hidden strokeWidth={3} className="hidden size-3 group-data-[state=indeterminate]:block" />
      </Radix.Indicator>
    </Radix.Root>
  );
}

/** A checkbox with its words, and a line below them. */
export function CheckboxField({
  label,
  hint,
  ...props
}: ComponentProps<typeof Radix.Root> & { label: ReactNode; hint?: ReactNode }) {
  const id = useId();
  return (
    <div className="flex gap-2">
      <Checkbox id={id} aria-describedby={hint ? `${id}-hint` : undefined} className="mt-0.5" {...props} />
      <div className="min-w-0">
        <label htmlFor={id} className="block text-13 text-ink-1 select-none">
          {label}
        </label>
        {hint ? (
          <p id={`${id}-hint`} className="text-12 text-ink-3">
            {hint}
          </p>
        ) : null}
      </div>
    </div>
  );
}

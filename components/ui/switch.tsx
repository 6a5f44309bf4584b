'use client';

import { Switch as Radix } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

/** On or off at once, without a Save. Give it an `aria-label` or a Field. */
export function Switch({ className, ...props }: ComponentProps<typeof Radix.Root>) {
  return (
    <Radix.Root
      className={cn(
        'inline-flex h-4 w-7 shrink-0 items-center rounded-full bg-ink-3/70 p-0.5 transition-colors disabled:opacity-50 data-[state=checked]:bg-accent-fill',
        className,
      )}
      {...props}
    >
      <Radix.Thumb className="block size-3 rounded-full bg-accent-on transition-transform data-[state=checked]:translate-x-3" />
    </Radix.Root>
  );
}

'use client';

import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

/** Scrolls, and can be scrolled by keyboard. The bar is the system's, thin and in our colours. */
export function ScrollArea({ className, label, ...props }: ComponentProps<'div'> & { label?: string }) {
  return (
    <div
      tabIndex={0}
      role={label ? 'region' : undefined}
      aria-label={label}
      className={cn('min-h-0 overflow-auto focus-visible:-outline-offset-2', className)}
      {...props}
    />
  );
}

import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

/** Shared by everything that looks like a field. */
export const fieldStyles =
  'w-full min-w-0 rounded-control border border-line-strong bg-surface-1 px-2 text-13 text-ink-1 placeholder:text-ink-3 transition-colors hover:border-ink-3/60 focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0 disabled:bg-surface-2 disabled:text-ink-3 aria-invalid:border-status-failed aria-invalid:focus-visible:outline-status-failed';

export type InputProps = Omit<ComponentProps<'input'>, 'size'> & { size?: 'sm' | 'md' };

export function Input({ className, size = 'sm', type = 'text', ...props }: InputProps) {
  return (
    <input type={type} className={cn(fieldStyles, size === 'sm' ? 'h-7' : 'h-8', className)} {...props} />
  );
}

export function Textarea({ className, rows = 3, ...props }: ComponentProps<'textarea'>) {
  return <textarea rows={rows} className={cn(fieldStyles, 'min-h-14 resize-y py-1', className)} {...props} />;
}

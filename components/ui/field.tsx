'use client';

import { CircleAlert } from 'lucide-react';
import { Label as Radix, Slot } from 'radix-ui';
import { useId, type ComponentProps, type ReactElement, type ReactNode } from 'react';
import { cn } from './cn.ts';

function Label({ className, ...props }: ComponentProps<typeof Radix.Root>) {
  return <Radix.Root className={cn('text-12 font-medium text-ink-2 select-none', className)} {...props} />;
}

export interface FieldProps {
  label: ReactNode;
  /** What to write, before anything is wrong. */
  hint?: ReactNode;
  /** What is wrong and what to do; takes the hint's place. */
  error?: ReactNode;
  /** Beside the label, at the right: a small action or a count. */
  aside?: ReactNode;
  optional?: boolean;
  className?: string;
  /** One control; it gets the id and the aria links. */
  children: ReactElement;
}

/** A labelled control with its hint or its error. */
export function Field({ label, hint, error, aside, optional, className, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const hasError = error !== undefined && error !== null && error !== '';
  const hasNote = hasError || Boolean(hint);
  return (
    <div className={cn('flex min-w-0 flex-col gap-1', className)}>
      <div className="flex items-baseline justify-between gap-2">
        <Label htmlFor={id}>
          {label}
          {optional ? <span className="font-normal text-ink-3"> (optional)</span> : null}
        </Label>
        {aside}
      </div>
      <Slot.Root id={id} aria-invalid={hasError || undefined} aria-describedby={hasNote ? noteId : undefined}>
        {children}
      </Slot.Root>
      {hasNote ? (
        <p id={noteId} className={cn('flex gap-1 text-12', hasError ? 'text-status-failed' : 'text-ink-3')}>
          {hasError ? <CircleAlert aria-hidden className="mt-0.5 size-3 shrink-0" /> : null}
          <span className="min-w-0 break-words">{hasError ? error : hint}</span>
        </p>
      ) : null}
    </div>
  );
}

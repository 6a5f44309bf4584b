'use client';

import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn.ts';
import { IconButton } from './icon-button.tsx';

export const Dialog = Radix.Root;
export const DialogClose = Radix.Close;

export const scrimStyles = 'fixed inset-0 z-40 bg-scrim animate-in fade-in-0 duration-100';
export const modalStyles =
  'floating fixed top-[12vh] left-1/2 z-50 flex max-h-[76vh] w-[min(calc(100vw-32px),30rem)] -translate-x-1/2 flex-col overflow-hidden outline-none animate-in fade-in-0 zoom-in-98 duration-100';

export interface DialogContentProps extends Omit<ComponentProps<typeof Radix.Content>, 'title'> {
  title: ReactNode;
  description?: ReactNode;
  /** Buttons, at the bottom right; the confirming one last. */
  footer?: ReactNode;
  /** One of its ways must be taken: there is no closing it. */
  mustChoose?: boolean;
}

const stay = (event: Event) => {
  event.preventDefault();
};

/** A form or a choice over the page; its body scrolls, its head and foot stay. */
export function DialogContent({
  title,
  description,
  footer,
  mustChoose = false,
  className,
  children,
  ...props
}: DialogContentProps) {
  return (
    <Radix.Portal>
      <Radix.Overlay className={scrimStyles} />
      <Radix.Content
        className={cn(modalStyles, className)}
        {...(description ? {} : { 'aria-describedby': undefined })}
        {...(mustChoose ? { onEscapeKeyDown: stay, onInteractOutside: stay } : {})}
        {...props}
      >
        <div className="border-b border-line py-3 pr-12 pl-4">
          <Radix.Title className="text-14 font-semibold text-ink-1">{title}</Radix.Title>
          {description ? (
            <Radix.Description className="text-12 text-ink-3">{description}</Radix.Description>
          ) : null}
        </div>
        <div className="min-h-0 flex-1 overflow-y-auto px-4 py-4">{children}</div>
        {footer ? (
          <div className="flex justify-end gap-2 border-t border-line px-4 py-3">{footer}</div>
        ) : null}
        {/* Last, so that a dialog opens with the focus in its first field. */}
        {mustChoose ? null : (
          <Radix.Close asChild>
            <IconButton label="Close" size="xs" tooltip={false} className="absolute top-3 right-3">
              <X aria-hidden />
            </IconButton>
          </Radix.Close>
        )}
      </Radix.Content>
    </Radix.Portal>
  );
}

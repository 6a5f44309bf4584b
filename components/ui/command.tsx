'use client';

import { Command as Cmdk } from 'cmdk';
import { Search } from 'lucide-react';
import { Dialog as Radix, VisuallyHidden } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn.ts';
import { scrimStyles } from './dialog.tsx';
import { Kbd } from './kbd.tsx';

export interface CommandDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Its accessible name. */
  label: string;
  placeholder: string;
  search: string;
  onSearchChange: (search: string) => void;
  children: ReactNode;
}

/** A palette over the page: type, arrow keys, Enter. */
export function CommandDialog({
  open,
  onOpenChange,
  label,
  placeholder,
  search,
  onSearchChange,
  children,
}: CommandDialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={scrimStyles} />
        <Radix.Content
          aria-describedby={undefined}
          className="floating fixed top-[14vh] left-1/2 z-50 w-[min(calc(100vw-32px),36rem)] -translate-x-1/2 overflow-hidden outline-none animate-in fade-in-0 duration-100"
        >
          <VisuallyHidden.Root>
            <Radix.Title>{label}</Radix.Title>
          </VisuallyHidden.Root>
          <Cmdk label={label} loop>
            <div className="flex items-center gap-2.5 border-b border-line px-3.5">
              <Search aria-hidden className="size-4 shrink-0 text-ink-3" />
              <Cmdk.Input
                value={search}
                onValueChange={onSearchChange}
                placeholder={placeholder}
                className="h-11 w-full bg-transparent text-14 outline-none placeholder:text-ink-3"
              />
            </div>
            <Cmdk.List className="max-h-[min(50vh,24rem)] overflow-y-auto overscroll-contain p-1.5">
              <Cmdk.Empty className="py-8 text-center text-13 text-ink-3">
                Nothing found for “{search}”.
              </Cmdk.Empty>
              {children}
            </Cmdk.List>
          </Cmdk>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export function CommandGroup({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Cmdk.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-12 [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-ink-3"
    >
      {children}
    </Cmdk.Group>
  );
}

export interface CommandItemProps extends ComponentProps<typeof Cmdk.Item> {
  icon?: ReactNode;
  aside?: ReactNode;
  shortcut?: readonly string[];
}

export function CommandItem({ icon, aside, shortcut, className, children, ...props }: CommandItemProps) {
  return (
    <Cmdk.Item
      className={cn(
        'flex h-9 items-center gap-2.5 rounded-control px-2 text-13 text-ink-1 select-none data-[selected=true]:bg-surface-2 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-ink-3',
        className,
      )}
      {...props}
    >
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {aside ? <span className="shrink-0 text-12 text-ink-3">{aside}</span> : null}
      {shortcut ? <Kbd keys={shortcut} /> : null}
    </Cmdk.Item>
  );
}

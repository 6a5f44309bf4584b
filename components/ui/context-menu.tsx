'use client';

import { ContextMenu as Radix } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';
import { Kbd } from './kbd.tsx';
import { menuStyles } from './menu-styles.ts';

export const ContextMenu = Radix.Root;
export const ContextMenuTrigger = Radix.Trigger;

export function ContextMenuContent({ className, ...props }: ComponentProps<typeof Radix.Content>) {
  return (
    <Radix.Portal>
      <Radix.Content collisionPadding={8} className={cn(menuStyles.content, className)} {...props} />
    </Radix.Portal>
  );
}

export interface ContextMenuItemProps extends ComponentProps<typeof Radix.Item> {
  danger?: boolean;
  shortcut?: readonly string[];
}

export function ContextMenuItem({ className, danger, shortcut, children, ...props }: ContextMenuItemProps) {
  return (
    <Radix.Item className={cn(menuStyles.item, danger && menuStyles.danger, className)} {...props}>
      {children}
      {shortcut ? <Kbd keys={shortcut} className={menuStyles.shortcut} /> : null}
    </Radix.Item>
  );
}

export function ContextMenuSeparator({ className, ...props }: ComponentProps<typeof Radix.Separator>) {
  return <Radix.Separator className={cn(menuStyles.separator, className)} {...props} />;
}

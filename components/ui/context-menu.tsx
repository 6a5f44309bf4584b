'use client';

import { Check, ChevronRight } from 'lucide-react';
import { ContextMenu as Radix } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';
import { Kbd } from './kbd.tsx';
import { menuStyles } from './menu-styles.ts';

export const ContextMenu = Radix.Root;
export const ContextMenuTrigger = Radix.Trigger;
export const ContextMenuRadioGroup = Radix.RadioGroup;
export const ContextMenuSub = Radix.Sub;

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

export function ContextMenuCheckboxItem({ className, children, ...props }: ComponentProps<typeof Radix.CheckboxItem>) {
  return (
    <Radix.CheckboxItem className={cn(menuStyles.item, menuStyles.inset, className)} {...props}>
      <Radix.ItemIndicator className={menuStyles.indicator}>
        <Check aria-hidden />
      </Radix.ItemIndicator>
      {children}
    </Radix.CheckboxItem>
  );
}

export function ContextMenuRadioItem({ className, children, ...props }: ComponentProps<typeof Radix.RadioItem>) {
  return (
    <Radix.RadioItem className={cn(menuStyles.item, menuStyles.inset, className)} {...props}>
      <Radix.ItemIndicator className={menuStyles.indicator}>
        <Check aria-hidden />
      </Radix.ItemIndicator>
      {children}
    </Radix.RadioItem>
  );
}

export function ContextMenuSubTrigger({ className, children, ...props }: ComponentProps<typeof Radix.SubTrigger>) {
  return (
    <Radix.SubTrigger className={cn(menuStyles.item, 'data-[state=open]:bg-surface-2', className)} {...props}>
      {children}
      <ChevronRight aria-hidden className="ml-auto" />
    </Radix.SubTrigger>
  );
}

export function ContextMenuSubContent({ className, ...props }: ComponentProps<typeof Radix.SubContent>) {
  return (
    <Radix.Portal>
      <Radix.SubContent collisionPadding={8} className={cn(menuStyles.content, className)} {...props} />
    </Radix.Portal>
  );
}

export function ContextMenuLabel({ className, ...props }: ComponentProps<typeof Radix.Label>) {
  return <Radix.Label className={cn(menuStyles.label, className)} {...props} />;
}

export function ContextMenuSeparator({ className, ...props }: ComponentProps<typeof Radix.Separator>) {
  return <Radix.Separator className={cn(menuStyles.separator, className)} {...props} />;
}

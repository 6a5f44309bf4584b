'use client';

import { Check } from 'lucide-react';
import { DropdownMenu as Radix } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';
import { Kbd } from './kbd.tsx';
import { menuStyles } from './menu-styles.ts';

export const Menu = Radix.Root;
export const MenuTrigger = Radix.Trigger;
export const MenuRadioGroup = Radix.RadioGroup;

export function MenuContent({ className, ...props }: ComponentProps<typeof Radix.Content>) {
  return (
    <Radix.Portal>
      <Radix.Content
        sideOffset={4}
        collisionPadding={8}
        className={cn(menuStyles.content, className)}
        {...props}
      />
    </Radix.Portal>
  );
}

export interface MenuItemProps extends ComponentProps<typeof Radix.Item> {
  danger?: boolean;
  shortcut?: readonly string[];
}

export function MenuItem({ className, danger, shortcut, children, ...props }: MenuItemProps) {
  return (
    <Radix.Item className={cn(menuStyles.item, danger && menuStyles.danger, className)} {...props}>
      {children}
      {shortcut ? <Kbd keys={shortcut} className={menuStyles.shortcut} /> : null}
    </Radix.Item>
  );
}

export function MenuRadioItem({ className, children, ...props }: ComponentProps<typeof Radix.RadioItem>) {
  return (
    <Radix.RadioItem className={cn(menuStyles.item, menuStyles.inset, className)} {...props}>
      <Radix.ItemIndicator className={menuStyles.indicator}>
        <Check aria-hidden />
      </Radix.ItemIndicator>
      {children}
    </Radix.RadioItem>
  );
}

export function MenuLabel({ className, ...props }: ComponentProps<typeof Radix.Label>) {
  return <Radix.Label className={cn(menuStyles.label, className)} {...props} />;
}

export function MenuSeparator({ className, ...props }: ComponentProps<typeof Radix.Separator>) {
  return <Radix.Separator className={cn(menuStyles.separator, className)} {...props} />;
}

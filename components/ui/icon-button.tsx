'use client';

import { cva, type VariantProps } from 'class-variance-authority';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';
import { Tooltip } from './tooltip.tsx';

const styles = cva(
  'inline-flex shrink-0 items-center justify-center rounded-control transition-colors select-none disabled:pointer-events-none disabled:opacity-50 [&_svg]:size-4',
  {
    variants: {
      variant: {
        ghost:
          'text-ink-3 hover:bg-surface-2 hover:text-ink-1 data-[state=open]:bg-surface-2 data-[state=open]:text-ink-1 aria-pressed:bg-surface-3 aria-pressed:text-ink-1',
        secondary: 'border border-line-strong bg-surface-1 text-ink-2 hover:bg-surface-2 hover:text-ink-1',
      },
      size: { xs: 'size-6 [&_svg]:size-3.5', sm: 'size-7', md: 'size-8' },
    },
    defaultVariants: { variant: 'ghost', size: 'sm' },
  },
);

export type IconButtonProps = ComponentProps<'button'> &
  VariantProps<typeof styles> & {
    /** Its accessible name, and its tooltip. */
    label: string;
    /** Keys shown in the tooltip, one entry per key: `['mod', 'Z']`. */
    shortcut?: readonly string[];
    /** Off where the button itself triggers a menu whose opening would fight with a tooltip. */
    tooltip?: boolean;
  };

export function IconButton({
  label,
  shortcut,
  tooltip = true,
  variant,
  size,
  className,
  type,
  ...props
}: IconButtonProps) {
  const button = (
    <button
      type={type ?? 'button'}
      aria-label={label}
      className={cn(styles({ variant, size }), className)}
      {...props}
    />
  );
  if (!tooltip) return button;
  return (
    <Tooltip content={label} shortcut={shortcut}>
      {button}
    </Tooltip>
  );
}

import { cva, type VariantProps } from 'class-variance-authority';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

const styles = cva(
  'inline-flex h-5 shrink-0 items-center gap-1 rounded-[4px] px-1.5 text-12 font-medium whitespace-nowrap [&_svg]:size-3',
  {
    variants: {
      tone: {
        neutral: 'bg-surface-2 text-ink-2',
        outline: 'border border-line-strong text-ink-2',
        accent: 'bg-accent/10 text-accent',
        warning: 'bg-status-stale/10 text-status-stale',
        danger: 'bg-status-failed/10 text-status-failed',
        good: 'bg-status-succeeded/10 text-status-succeeded',
      },
    },
    defaultVariants: { tone: 'neutral' },
  },
);

export type BadgeProps = ComponentProps<'span'> & VariantProps<typeof styles>;

export function Badge({ tone, className, ...props }: BadgeProps) {
  return <span className={cn(styles({ tone }), className)} {...props} />;
}

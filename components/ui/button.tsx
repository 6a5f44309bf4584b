import { cva, type VariantProps } from 'class-variance-authority';
import { LoaderCircle } from 'lucide-react';
import { Slot } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn.ts';

export const buttonStyles = cva(
  'relative inline-flex shrink-0 items-center justify-center gap-1.5 rounded-control font-medium whitespace-nowrap select-none transition-colors disabled:opacity-50 aria-disabled:opacity-50 disabled:pointer-events-none [&_svg]:size-3.5 [&_svg]:shrink-0',
  {
    variants: {
      variant: {
        primary: 'bg-accent-fill text-accent-on hover:bg-accent-fill-hover',
        secondary:
          'border border-line-strong bg-surface-1 text-ink-1 hover:bg-surface-2 data-[state=open]:bg-surface-2',
        ghost:
          'text-ink-2 hover:bg-surface-2 hover:text-ink-1 data-[state=open]:bg-surface-2 data-[state=open]:text-ink-1',
        danger: 'bg-danger-fill text-danger-on hover:bg-danger-fill-hover',
      },
      size: { sm: 'h-7 px-2.5 text-12', md: 'h-8 px-3 text-13' },
    },
    defaultVariants: { variant: 'secondary', size: 'sm' },
  },
);

export type ButtonProps = ComponentProps<'button'> &
  VariantProps<typeof buttonStyles> & {
    /** Renders the only child (a link, say) with the button's look. */
    asChild?: boolean;
    /** A spinner stands over the label and the button can't be pressed; its width stays. */
    busy?: boolean;
  };

/** A verb. One `primary` per view; `secondary` is the default. */
export function Button({
  className,
  variant,
  size,
  asChild,
  busy,
  disabled,
  children,
  type,
  ...props
}: ButtonProps) {
  const classes = cn(buttonStyles({ variant, size }), className);
  if (asChild)
    return (
      <Slot.Root className={classes} {...props}>
        {children}
      </Slot.Root>
    );
  return (
    <button
      type={type ?? 'button'}
      className={classes}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      {...props}
    >
      {busy ? <BusyLabel>{children}</BusyLabel> : children}
    </button>
  );
}

function BusyLabel({ children }: { children: ReactNode }) {
  return (
    <>
      <span className="invisible inline-flex items-center gap-1.5">{children}</span>
      <LoaderCircle aria-hidden className="absolute animate-spin" />
    </>
  );
}

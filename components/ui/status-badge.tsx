import { cn } from './cn.ts';
import { statusLook, type ShownStatus } from './status.ts';

export function StatusIcon({ status, className }: { status: ShownStatus; className?: string }) {
  const look = statusLook(status);
  const Icon = look.icon;
  return (
    <Icon
      aria-hidden
      className={cn('size-3.5 shrink-0', look.text, look.spins && 'animate-spin', className)}
    />
  );
}

export interface StatusBadgeProps {
  status: ShownStatus;
  /** Instead of the status's own word: "Reused from run 12". */
  children?: React.ReactNode;
  /** `plain` in tables, where a column of tinted boxes would shout. */
  look?: 'tinted' | 'plain';
  className?: string;
}

/** Icon and word, always both. */
export function StatusBadge({ status, children, look = 'tinted', className }: StatusBadgeProps) {
  const { text, tint, word } = statusLook(status);
  return (
    <span
      data-status={status}
      className={cn(
        'inline-flex h-5 shrink-0 items-center gap-1 align-middle whitespace-nowrap',
        look === 'tinted'
          ? cn('rounded-[4px] px-1.5 text-12 font-medium', text, tint)
          : 'gap-1.5 text-13 text-ink-1',
        className,
      )}
    >
      <StatusIcon status={status} className={look === 'tinted' ? 'size-3' : undefined} />
      {children ?? word}
    </span>
  );
}

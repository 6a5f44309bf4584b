import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';

export interface EmptyStateProps {
  icon?: LucideIcon;
  title: string;
  /** The next step, in a sentence or two. */
  children?: ReactNode;
  /** One button. */
  action?: ReactNode;
  /** Inside a panel rather than a page. */
  compact?: boolean;
  className?: string;
}

export function EmptyState({ icon: Icon, title, children, action, compact, className }: EmptyStateProps) {
  return (
    <div
      className={cn(
        'flex flex-col items-center justify-center px-6 text-center',
        compact ? 'py-8' : 'py-20',
        className,
      )}
    >
      {Icon ? <Icon aria-hidden strokeWidth={1.5} className="mb-3 size-6 text-ink-3" /> : null}
      <p className="text-14 font-medium text-ink-1">{title}</p>
      {children ? <div className="mt-1 max-w-96 text-13 text-balance text-ink-3">{children}</div> : null}
      {action ? <div className="mt-4">{action}</div> : null}
    </div>
  );
}

import { cn } from './cn.ts';

/** Holds the place of what is loading, at its size. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cn('block h-4 animate-pulse rounded-[4px] bg-surface-3', className)} />;
}

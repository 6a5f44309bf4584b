import { cn } from '#components/ui/cn.ts';
import { Skeleton } from '#components/ui/skeleton.tsx';

/** A list's shape while it loads: a width class per column. */
export function TableSkeleton({
  label,
  columns,
  rows = 8,
}: {
  label: string;
  columns: readonly string[];
  rows?: number;
}) {
  return (
    <div role="status" aria-label={`Loading ${label.toLowerCase()}`}>
      <div className="h-8 border-b border-line" />
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex h-13 items-center gap-10 border-b border-line px-5">
          {columns.map((width, column) => (
            <Skeleton key={column} className={cn('h-3.5', width, column === 0 && 'mr-auto')} />
          ))}
        </div>
      ))}
    </div>
  );
}

import { Skeleton } from '#components/ui/skeleton.tsx';

/** The editor's own frame, so that nothing moves when it is there. */
export function EditorSkeleton() {
  return (
    <div role="status" aria-label="Loading the pipeline" className="flex h-full flex-col">
      <div className="flex h-11 shrink-0 items-center gap-4 border-b border-line bg-surface-1 px-4">
        <Skeleton className="w-40" />
        <Skeleton className="w-24" />
      </div>
      <div className="flex min-h-0 flex-1">
        <div className="flex w-40 flex-col gap-3 border-r border-line p-3 max-lg:hidden">
          {['w-28', 'w-20', 'w-24', 'w-32', 'w-20'].map((width, index) => (
            <Skeleton key={index} className={width} />
          ))}
        </div>
        <div className="flex flex-1 items-center justify-center gap-16">
          {[0, 1, 2].map((index) => (
            <Skeleton key={index} className="h-20 w-58 rounded-panel" />
          ))}
        </div>
        <div className="flex w-86 flex-col gap-3 border-l border-line p-4">
          <Skeleton className="w-40" />
          <Skeleton />
          <Skeleton className="w-56" />
        </div>
      </div>
    </div>
  );
}

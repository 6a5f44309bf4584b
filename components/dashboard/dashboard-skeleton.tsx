import { Skeleton } from '#components/ui/skeleton.tsx';

const BOX = 'rounded-panel border border-line bg-surface-1 p-4';

/** The dashboard's shape while it loads. */
export function DashboardSkeleton() {
  return (
    <div role="status" aria-label="Loading the dashboard" className="grid grid-cols-3 gap-4">
      <div className="col-span-2 flex flex-col gap-4">
        <div className="grid grid-cols-2 gap-4">
          {[0, 1].map((index) => (
            <div key={index} className={`${BOX} flex h-47 flex-col gap-3`}>
              <Skeleton className="w-16" />
              <Skeleton className="h-6 w-40" />
              <Skeleton className="mt-auto h-22" />
            </div>
          ))}
        </div>
        <div className={`${BOX} flex flex-col gap-6`}>
          {[0, 1, 2, 3].map((index) => (
            <Skeleton key={index} className="h-6" />
          ))}
        </div>
      </div>
      <div className="flex flex-col gap-4">
        <div className={`${BOX} flex h-47 flex-col gap-4`}>
          {[0, 1, 2].map((index) => (
            <Skeleton key={index} className="h-6" />
          ))}
        </div>
        <div className={`${BOX} flex flex-col gap-4`}>
          {[0, 1, 2, 3, 4, 5].map((index) => (
            <Skeleton key={index} />
          ))}
        </div>
      </div>
    </div>
  );
}

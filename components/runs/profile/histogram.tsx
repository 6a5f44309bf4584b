import { cn } from '#components/ui/cn.ts';
import type { ColumnProfile } from '#lib/contracts/profile.ts';

type Buckets = NonNullable<ColumnProfile['histogram']>;

export interface HistogramProps {
  buckets: Buckets;
  /** The bucket under the pointer. */
  active: number | null;
  onActive: (index: number | null) => void;
  heightPx: number;
}

/** A bucket that holds anything at all can be seen. */
const LEAST_PX = 1.5;

/** Bars from the lowest to the highest value. What it shows is told in words beside it. */
export function Histogram({ buckets, active, onActive, heightPx }: HistogramProps) {
  const most = Math.max(1, ...buckets.map(({ rows }) => rows));
  // Few values: bars no wider than a thumb, at the left.
  const slots = Math.max(buckets.length, 12);
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${slots} 1`}
      preserveAspectRatio="none"
      className="block w-full overflow-visible text-accent"
      style={{ height: heightPx }}
      onPointerMove={(event) => {
        const box = event.currentTarget.getBoundingClientRect();
        const index = Math.floor(((event.clientX - box.left) / box.width) * slots);
        onActive(index >= 0 && index < buckets.length ? index : null);
      }}
      onPointerLeave={() => {
        onActive(null);
      }}
    >
      {/* The whole height answers to the pointer. */}
      <rect width={slots} height={1} fill="transparent" />
      <rect y={0.99} width={slots} height={0.01} className="fill-line-strong" />
      {buckets.map(({ rows }, index) => {
        const height = rows === 0 ? 0 : Math.max(LEAST_PX / heightPx, rows / most);
        return (
          <rect
            key={index}
            x={index + 0.06}
            y={1 - height}
            width={0.88}
            height={height}
            className={cn('fill-current', active === null || active === index ? 'opacity-80' : 'opacity-35')}
          />
        );
      })}
    </svg>
  );
}

/** Where the middle of the rows lies: from the 5th to the 95th hundredth, the middle half thick, the median a stroke. */
export function QuantileRail({ column }: { column: ColumnProfile }) {
  const { min, max, quantiles } = column;
  const low = placeOf(min);
  const high = placeOf(max);
  if (!quantiles || low === null || high === null || high <= low) return null;
  const at = (share: number) => {
    const place = placeOf(quantiles.find((each) => each.at === share)?.value ?? null);
    return place === null ? null : ((place - low) / (high - low)) * 100;
  };
  const [p5, p25, p50, p75, p95] = [at(0.05), at(0.25), at(0.5), at(0.75), at(0.95)];
  if (p5 === null || p25 === null || p50 === null || p75 === null || p95 === null) return null;
  return (
    <div aria-hidden className="relative h-2.5 w-full">
      <span className="absolute inset-x-0 top-1/2 h-px bg-line" />
      <span
        className="absolute top-1/2 h-px bg-ink-3"
        style={{ left: `${p5}%`, width: `${Math.max(0.3, p95 - p5)}%` }}
      />
      <span
        className="absolute top-0.5 bottom-0.5 rounded-[2px] border border-ink-3/60 bg-surface-3"
        style={{ left: `${p25}%`, width: `${Math.max(0.6, p75 - p25)}%` }}
      />
      <span className="absolute inset-y-0 w-0.5 -translate-x-px bg-ink-1" style={{ left: `${p50}%` }} />
    </div>
  );
}

function placeOf(value: ColumnProfile['min']): number | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return null;
  const place = /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : Date.parse(value);
  return Number.isNaN(place) ? null : place;
}

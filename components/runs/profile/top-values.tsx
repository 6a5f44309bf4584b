import { formatCount } from '#components/format/numbers.ts';
import { cn } from '#components/ui/cn.ts';
import type { ColumnProfile } from '#lib/contracts/profile.ts';
import { shareText, valueText } from './profile-words.ts';

export interface TopValuesProps {
  top: NonNullable<ColumnProfile['top']>;
  /** Rows that they are counted among. */
  basis: number;
  /** With the number of rows of each. */
  exact: boolean;
  most: number;
  className?: string;
}

/** The most frequent values, each on a bar of its share. */
export function TopValues({ top, basis, exact, most, className }: TopValuesProps) {
  const first = Math.max(1, top[0]?.rows ?? 1);
  return (
    <span className={cn('flex flex-col gap-0.5', className)}>
      {top.slice(0, most).map(({ value, rows }, index) => (
        <span
          key={index}
          className="relative flex h-[18px] items-center gap-2 overflow-hidden rounded-[3px] px-1.5"
        >
          <span
            aria-hidden
            className="absolute inset-y-0 left-0 rounded-[3px] bg-accent/15 dark:bg-accent/25"
            style={{ width: `${Math.max(1, (rows / first) * 100)}%` }}
          />
          <span
            className={cn(
              'data-text relative min-w-0 flex-1 truncate text-ink-1',
              value === '' && 'text-ink-2 italic',
            )}
            title={valueText(value)}
          >
            {valueText(value)}
          </span>
          {exact ? (
            <span className="tnum relative shrink-0 text-12 text-ink-2">{formatCount(rows)}</span>
          ) : null}
          <span className="tnum relative w-9 shrink-0 text-right text-12 text-ink-2">
            {shareText(rows, basis)}
          </span>
        </span>
      ))}
    </span>
  );
}

import {
  Binary,
  Braces,
  Brackets,
  Calendar,
  CaseSensitive,
  CircleHelp,
  Clock,
  Fingerprint,
  Hash,
  ListOrdered,
  DecimalsArrowRight,
  ToggleLeft,
  type LucideIcon,
} from 'lucide-react';
import { cn } from '#components/ui/cn.ts';
import { columnKind, type ColumnKind } from './column-kind.ts';

const ICONS: Record<ColumnKind, LucideIcon> = {
  integer: Hash,
  number: DecimalsArrowRight,
  text: CaseSensitive,
  boolean: ToggleLeft,
  date: Calendar,
  time: Clock,
  binary: Binary,
  list: Brackets,
  struct: Braces,
  uuid: Fingerprint,
  enum: ListOrdered,
  unknown: CircleHelp,
};

/** What a column of that DuckDB type holds, at a glance. Its type should stand beside it in words. */
export function KindIcon({ type, className }: { type: string; className?: string }) {
  const Icon = ICONS[columnKind(type)];
  return <Icon aria-hidden className={cn('size-3.5 shrink-0 text-ink-3', className)} />;
}

import { CircleAlert, Combine, Library, TriangleAlert } from 'lucide-react';
import type { NodeRecord } from '#lib/contracts/run-record.ts';
import { definitionOf } from '#lib/nodes/catalogue.ts';
import { formatRows } from '#components/format/numbers.ts';
import { formatDuration } from '#components/format/time.ts';
import { cn } from '#components/ui/cn.ts';
import { StatusIcon } from '#components/ui/status-badge.tsx';
import { statusLook, type ShownStatus } from '#components/ui/status.ts';
import { CARD_HEIGHT, CARD_WIDTH } from './card-geometry.ts';
import { KIND_LOOKS, NodeIcon } from './node-icon.tsx';

export interface CardViewProps {
  type: string;
  name: string;
  /** What it does, in words. */
  summary: string;
  masterData: boolean;
  disabled: boolean;
  /** How several inputs were merged; empty for one. */
  merge: readonly { rule: string; sentence: string }[];
  /** The gravest finding, shown in place of the columns. */
  fault: { severity: 'error' | 'warning'; message: string; count: number } | null;
  columnCount: number | null;
  record: Pick<NodeRecord, 'status' | 'reused' | 'rowsOut' | 'rowsOutAtLeast' | 'durationMs'> | null;
  /** Why its last result is out of date; null while it is not. */
  stale: string | null;
  selected: boolean;
  /** Too far away to read more than the name. */
  far: boolean;
}

/** A node as a card. Its size never changes, whatever it has to say. */
export function CardView(props: CardViewProps) {
  const kind = definitionOf(props.type)?.kind ?? 'transform';
  const failed = props.record?.status === 'failed' || props.fault?.severity === 'error';
  return (
    <div
      className={cn(
        'relative flex overflow-hidden rounded-panel border bg-surface-1 text-left',
        props.selected
          ? 'border-accent ring-1 ring-accent'
          : failed
            ? 'border-status-failed'
            : 'border-line-strong',
        props.disabled && 'border-dashed',
      )}
      style={{ width: CARD_WIDTH, height: CARD_HEIGHT }}
    >
      <span
        aria-hidden
        className={cn('w-1 shrink-0', KIND_LOOKS[kind].fill, props.disabled && 'opacity-40')}
      />
      {props.far ? <FarCard {...props} /> : <NearCard {...props} />}
    </div>
  );
}

function FarCard({ type, name, record, fault }: CardViewProps) {
  return (
    <div className="flex min-w-0 flex-1 items-center gap-2 px-3">
      {record ? null : <NodeIcon type={type} className="size-7" />}
      <span className="flex min-w-0 flex-1 flex-col">
        <span
          className={cn('text-28 leading-8 font-medium', record ? 'truncate' : 'line-clamp-2 break-words')}
        >
          {name}
        </span>
        {record ? (
          <span className="tnum truncate text-28 leading-8 text-ink-2">
            {formatRows(record.rowsOut, record.rowsOutAtLeast)}
          </span>
        ) : null}
      </span>
      {record ? (
        <StatusIcon status={shownStatus(record)} className="size-7" />
      ) : fault ? (
        <FaultIcon fault={fault} className="size-7" />
      ) : null}
    </div>
  );
}

function NearCard(props: CardViewProps) {
  return (
    <div
      className={cn(
        'flex min-w-0 flex-1 flex-col justify-center gap-0.5 px-2.5',
        props.disabled && 'text-ink-3',
      )}
    >
      <div className="flex items-center gap-1.5">
        <NodeIcon type={props.type} />
        <span className="min-w-0 flex-1 truncate text-13 font-medium" title={props.name}>
          {props.name}
        </span>
        <Badges {...props} />
      </div>
      <p className="truncate text-12 text-ink-2" title={props.summary}>
        {props.summary || ' '}
      </p>
      <BottomLine {...props} />
    </div>
  );
}

function Badges({ masterData, merge, fault, record }: CardViewProps) {
  return (
    <span className="flex shrink-0 items-center gap-1">
      {masterData ? (
        <span title="Master data: any SQL may read it by its name" className="text-ink-3">
          <Library aria-hidden className="size-3.5" />
          <span className="sr-only">Master data</span>
        </span>
      ) : null}
      {merge.map(({ rule, sentence }) => (
        <span
          key={sentence}
          title={sentence}
          className="flex items-center gap-0.5 rounded-[4px] bg-surface-2 px-1 text-12 text-ink-2"
        >
          <Combine aria-hidden className="size-3" />
          {rule}
        </span>
      ))}
      {/* While a result has the bottom line, what was found about the node stays in sight up here. */}
      {fault && record ? <FaultIcon fault={fault} /> : null}
    </span>
  );
}

function BottomLine({ record, stale, fault, columnCount, disabled }: CardViewProps) {
  if (record) {
    const status = stale && record.status === 'succeeded' ? 'stale' : shownStatus(record);
    return (
      <p className="tnum flex items-center gap-1 text-12" title={stale ?? undefined}>
        <span className="min-w-0 flex-1 truncate text-ink-1">{resultWords(record)}</span>
        <span
          className={cn('flex shrink-0 items-center gap-1', statusLook(status).text)}
          title={statusLook(status).word}
        >
          <StatusIcon status={status} className="size-3.5" />
          {/* A tick says it all; anything but success deserves its word. */}
          <span className={status === 'succeeded' ? 'sr-only' : undefined}>{statusLook(status).word}</span>
        </span>
      </p>
    );
  }
  if (fault) {
    return (
      <p
        className={cn(
          'flex items-center gap-1 text-12',
          fault.severity === 'error' ? 'text-status-failed' : 'text-status-stale',
        )}
        title={fault.message}
      >
        <FaultIcon fault={fault} />
        <span className="truncate">{fault.message}</span>
      </p>
    );
  }
  const words = disabled
    ? 'Disabled'
    : columnCount === null
      ? ' '
      : `${columnCount} ${columnCount === 1 ? 'column' : 'columns'}`;
  return <p className="tnum text-12 text-ink-3">{words}</p>;
}

function resultWords(record: NonNullable<CardViewProps['record']>): string {
  const isUncounted = record.rowsOut === null && record.rowsOutAtLeast === null;
  if (isUncounted && record.status !== 'succeeded')
    return record.durationMs === null ? ' ' : formatDuration(record.durationMs);
  const rows = formatRows(record.rowsOut, record.rowsOutAtLeast);
  const words = `${rows} ${record.rowsOut === 1 ? 'row' : 'rows'}`;
  return record.durationMs === null ? words : `${words} · ${formatDuration(record.durationMs)}`;
}

/** A node's state as it is shown: reuse is worth a word of its own. */
function shownStatus(record: Pick<NodeRecord, 'status' | 'reused'>): ShownStatus {
  return record.reused && record.status === 'succeeded' ? 'reused' : record.status;
}

function FaultIcon({ fault, className }: { fault: NonNullable<CardViewProps['fault']>; className?: string }) {
  const Icon = fault.severity === 'error' ? CircleAlert : TriangleAlert;
  const words = fault.severity === 'error' ? 'Error' : 'Warning';
  return (
    <span
      title={fault.message}
      className={fault.severity === 'error' ? 'text-status-failed' : 'text-status-stale'}
    >
      <Icon aria-hidden className={cn('size-3.5 shrink-0', className)} />
      <span className="sr-only">
        {words}: {fault.message}
      </span>
    </span>
  );
}

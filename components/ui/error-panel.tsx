'use client';

import { CircleAlert, CircleX, Lightbulb } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ErrorRecord, Fault } from '#lib/errors/app-error.ts';
import { cn } from './cn.ts';
import { CodeBlock } from './code-block.tsx';
import { Words } from './words.tsx';

/** The least that can be shown as an error; an ErrorRecord, and an error of the API, are both. */
export type ShownError = Pick<ErrorRecord, 'code' | 'message'> &
  Partial<Omit<ErrorRecord, 'code' | 'message'>>;

export interface ErrorPanelProps {
  error: ShownError;
  /** Where, in the user's words: the node's name. Its id is shown unless told. */
  where?: ReactNode;
  /** A button or two: "Try again", "Open the node". */
  action?: ReactNode;
  className?: string;
}

/** What happened, where, and what to do; then the cause and the SQL for who wants to look. */
export function ErrorPanel({ error, where, action, className }: ErrorPanelProps) {
  const place = where ?? error.nodeId;
  return (
    <section role="alert" className={cn('rounded-panel border border-line bg-surface-1', className)}>
      <div className="flex gap-2.5 p-3.5">
        <CircleX aria-hidden className="mt-0.5 size-4 shrink-0 text-status-failed" />
        <div className="flex min-w-0 flex-1 flex-col gap-2">
          <div>
            <p className="text-13 font-medium break-words whitespace-pre-wrap text-ink-1">
              <Words text={error.message} />
            </p>
            <p className="mt-0.5 flex flex-wrap items-center gap-x-2 text-12 text-ink-3">
              {place ? <span>in {place}</span> : null}
              {error.place?.line ? (
                <span className="tnum">
                  line {error.place.line}
                  {error.place.column ? `:${error.place.column}` : ''}
                </span>
              ) : null}
              <code>{error.code}</code>
            </p>
          </div>
          {error.hint ? (
            <p className="flex gap-1.5 text-13 text-ink-2">
              <Lightbulb aria-hidden className="mt-1 size-3 shrink-0 text-status-stale" />
              <span className="min-w-0 break-words whitespace-pre-wrap">
                <Words text={error.hint} />
              </span>
            </p>
          ) : null}
          {error.issues && error.issues.length > 0 ? <FaultList faults={error.issues} /> : null}
          {error.cause ? <Detail label="Cause" text={error.cause} /> : null}
          {error.sql ? <Detail label="SQL" text={error.sql} /> : null}
          {action ? <div className="flex gap-2">{action}</div> : null}
        </div>
      </div>
    </section>
  );
}

function Detail({ label, text }: { label: string; text: string }) {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <p className="caption">{label}</p>
      <CodeBlock code={text} label={label} maxHeight="max-h-60" wrap />
    </div>
  );
}

/** Findings about a document, each with its place and remedy. */
export function FaultList({ faults, className }: { faults: readonly Fault[]; className?: string }) {
  return (
    <ul className={cn('flex flex-col gap-1.5', className)}>
      {faults.map((fault, index) => (
        <li key={`${fault.code}-${String(index)}`} className="flex gap-1.5 text-12">
          <CircleAlert
            aria-hidden
            className={cn(
              'mt-0.5 size-3 shrink-0',
              fault.severity === 'error' ? 'text-status-failed' : 'text-status-stale',
            )}
          />
          <span className="min-w-0 break-words text-ink-1">
            {fault.place?.line ? (
              <span className="tnum text-ink-3">
                {fault.place.line}
                {fault.place.column ? `:${String(fault.place.column)}` : ''}{' '}
              </span>
            ) : null}
            <Words text={fault.message} />
            {fault.hint ? (
              <span className="text-ink-3">
                {' '}
                <Words text={fault.hint} />
              </span>
            ) : null}
          </span>
        </li>
      ))}
    </ul>
  );
}

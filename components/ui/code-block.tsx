'use client';

import { cn } from './cn.ts';
import { CopyButton } from './copy-button.tsx';

export interface CodeBlockProps {
  code: string;
  /** What it is, for the copy button and for screen readers: "SQL". */
  label: string;
  className?: string;
  /** Tailwind class for the greatest height before it scrolls. */
  maxHeight?: string;
  /** Breaks long lines instead of scrolling: for prose rather than code. */
  wrap?: boolean;
}

/** Text to read and copy, never to edit. */
export function CodeBlock({ code, label, className, maxHeight = 'max-h-80', wrap }: CodeBlockProps) {
  return (
    <div
      className={cn('group/code relative min-w-0 rounded-control border border-line bg-surface-2', className)}
    >
      <pre
        tabIndex={0}
        aria-label={label}
        className={cn(
          'data-text overflow-auto rounded-control p-2.5 pr-9 text-ink-1',
          wrap ? 'break-words whitespace-pre-wrap' : 'whitespace-pre',
          maxHeight,
        )}
      >
        <code>{code}</code>
      </pre>
      <div className="absolute top-1 right-1 rounded-control bg-surface-2">
        <CopyButton text={code} label={`Copy ${label}`} />
      </div>
    </div>
  );
}

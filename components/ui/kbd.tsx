'use client';

import { useSyncExternalStore } from 'react';
import { cn } from './cn.ts';

const SYMBOLS: Record<string, { mac: string; other: string }> = {
  mod: { mac: '⌘', other: 'Ctrl' },
  shift: { mac: '⇧', other: 'Shift' },
  alt: { mac: '⌥', other: 'Alt' },
  enter: { mac: '↵', other: 'Enter' },
  escape: { mac: 'Esc', other: 'Esc' },
};

const never = () => () => undefined;
const isMac = () => /mac|iphone|ipad/i.test(navigator.userAgent);

/** Keys as the visitor's keyboard calls them: `['mod', 'shift', 'Z']`. */
export function Kbd({ keys, className }: { keys: readonly string[]; className?: string }) {
  const mac = useSyncExternalStore(never, isMac, () => false);
  return (
    <span className={cn('inline-flex items-center gap-0.5', className)}>
      {keys.map((key) => (
        <kbd
          key={key}
          className="inline-flex h-4 min-w-4 items-center justify-center rounded-[4px] border border-line-strong bg-surface-2 px-1 font-sans text-[11px] leading-none text-ink-2"
        >
          {SYMBOLS[key]?.[mac ? 'mac' : 'other'] ?? key}
        </kbd>
      ))}
    </span>
  );
}

'use client';

import { useState } from 'react';
import { cn } from '#components/ui/cn.ts';
import { Input } from '#components/ui/input.tsx';

/** A value of no simple kind, as JSON; it takes hold when it can be read. */
export function JsonControl({
  value,
  onChange,
  label,
  disabled,
}: {
  value: unknown;
  onChange: (value: unknown) => void;
  label: string;
  disabled: boolean;
}) {
  const [draft, setDraft] = useState<string | null>(null);
  const shown =
    draft ?? (value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value));
  return (
    <Input
      aria-label={label}
      value={shown}
      disabled={disabled}
      className={cn(draft !== null && 'border-status-stale')}
      onChange={(event) => {
        setDraft(event.target.value);
      }}
      onBlur={() => {
        if (draft !== null) onChange(readJson(draft));
        setDraft(null);
      }}
    />
  );
}

function readJson(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A text that is no JSON is meant as a text.
    return text;
  }
}

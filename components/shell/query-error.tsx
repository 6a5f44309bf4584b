'use client';

import { RotateCw } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { ErrorPanel } from '#components/ui/error-panel.tsx';
import { toErrorRecord } from '#lib/errors/app-error.ts';

export interface QueryErrorProps {
  error: Error;
  onRetry: () => void;
  retrying?: boolean;
  className?: string;
}

/** What could not be loaded, and the way to try again. */
export function QueryError({ error, onRetry, retrying, className }: QueryErrorProps) {
  return (
    <ErrorPanel
      error={toErrorRecord(error)}
      className={className}
      action={
        <Button onClick={onRetry} busy={retrying ?? false}>
          <RotateCw aria-hidden /> Try again
        </Button>
      }
    />
  );
}

'use client';

import { RotateCw } from 'lucide-react';
import Link from 'next/link';
import { Button } from '#components/ui/button.tsx';
import { ErrorPanel } from '#components/ui/error-panel.tsx';

/** A page that could not be drawn. */
export function RouteError({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  return (
    <div className="flex min-h-full items-center justify-center p-8">
      <ErrorPanel
        className="w-full max-w-120"
        error={{
          code: 'page-failed',
          message: 'This page could not be shown.',
          hint: 'Try again. If it keeps happening, reload; your saved work is safe.',
          cause: error.message + (error.digest ? `\n(${error.digest})` : ''),
        }}
        action={
          <>
            <Button variant="primary" onClick={retry}>
              <RotateCw aria-hidden /> Try again
            </Button>
            <Button asChild>
              <Link href="/">Dashboard</Link>
            </Button>
          </>
        }
      />
    </div>
  );
}

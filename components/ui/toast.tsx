'use client';

import { useTheme } from 'next-themes';
import { Toaster as Sonner } from 'sonner';

export { toast } from 'sonner';

/** Once, in the root layout. */
export function Toaster() {
  const { resolvedTheme } = useTheme();
  return (
    <Sonner
      theme={resolvedTheme === 'dark' ? 'dark' : 'light'}
      position="bottom-right"
      gap={8}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast: 'floating flex w-90 items-start gap-2.5 px-3 py-2.5 text-13 font-sans',
          icon: 'mt-0.5 flex size-4 shrink-0 items-center justify-center text-ink-3 [&_svg]:size-4',
          content: 'min-w-0 flex-1',
          title: 'font-medium text-ink-1',
          description: 'text-12 text-ink-3',
          actionButton:
            'h-6 shrink-0 rounded-control border border-line-strong bg-surface-1 px-2 text-12 font-medium hover:bg-surface-2',
          success: '[&_[data-icon]]:text-status-succeeded',
          error: '[&_[data-icon]]:text-status-failed',
          warning: '[&_[data-icon]]:text-status-stale',
        },
      }}
    />
  );
}

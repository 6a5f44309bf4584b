import type { Metadata } from 'next';
import Link from 'next/link';
import { Logo } from '#components/shell/logo.tsx';
import { Button } from '#components/ui/button.tsx';

export const metadata: Metadata = { title: 'Not found' };

export default function NotFound() {
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-4 p-6 text-center">
      <Logo className="size-9" />
      <div>
        <h1 className="text-20 font-semibold">There is no such page</h1>
        <p className="mt-1 text-ink-3">It may have been renamed or deleted.</p>
      </div>
      <Button asChild variant="primary" size="md">
        <Link href="/">Go to the dashboard</Link>
      </Button>
    </main>
  );
}

'use client';

import { RouteError } from '#components/shell/route-error.tsx';

export default function AppError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return <RouteError error={error} retry={reset} />;
}

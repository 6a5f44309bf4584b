import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { AppError, toAppError } from '#lib/errors/app-error.ts';

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: Error;
    mutationMeta: {
      /** True where the caller shows the error itself. */
      quiet?: boolean;
    };
  }
}

const MAX_RETRIES = 2;

/** The one client of a browser tab. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: leaveIfSignedOut }),
    mutationCache: new MutationCache({
      onError: (error, _variables, _context, mutation) => {
        leaveIfSignedOut(error);
        if (mutation.meta?.quiet) return;
        const { message, hint } = toAppError(error);
        toast.error(message, hint === undefined ? {} : { description: hint });
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        // Only time heals a transient error; asking again for what is wrong or forbidden helps nobody.
        retry: (failures, error) =>
          error instanceof AppError && error.kind === 'transient' && failures < MAX_RETRIES,
      },
      mutations: { retry: false },
    },
  });
}

/** A session can end while pages are open: back to the door, and here again afterwards. */
function leaveIfSignedOut(error: Error): void {
  if (!(error instanceof AppError) || error.code !== 'not-signed-in') return;
  if (window.location.pathname !== '/sign-in') window.location.assign(signInHref());
}

/** The door, with the way back to where one is. */
export function signInHref(): string {
  const here = window.location.pathname + window.location.search;
  return here === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(here)}`;
}

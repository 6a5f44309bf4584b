import type { ShownError } from '#components/ui/error-panel.tsx';

/** Where to go after signing in: a page of ours, never another site. */
export function safeNext(next: string | null): string {
  if (next === null || !next.startsWith('/') || next.startsWith('//') || next.includes('\\')) return '/';
  const url = new URL(next, 'http://sluice.invalid');
  return url.host === 'sluice.invalid' && !url.pathname.startsWith('/sign-in')
    ? url.pathname + url.search
    : '/';
}

const LINK_ERRORS: Record<string, Pick<ShownError, 'message' | 'hint'>> = {
  'link-not-valid': {
    message: 'This sign-in link has been used or has expired.',
    hint: 'Make another with `npx sluice link`.',
  },
  'accounts-set-up': {
    message: 'One-click links are off, because accounts are set up here.',
    hint: 'Sign in with your e-mail address and password.',
  },
};

/** What a one-click link came back with, as its error code in the address. */
export function linkError(code: string | null): ShownError | null {
  if (code === null) return null;
  return {
    code,
    ...(LINK_ERRORS[code] ?? {
      message: 'The sign-in link did not work.',
      hint: 'Make another with `npx sluice link`.',
    }),
  };
}

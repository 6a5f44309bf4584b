'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { queryKeys } from '#components/hooks/query-keys.ts';
import type { Session } from '#lib/contracts/session.ts';
import { CommandPalette } from './command-palette.tsx';
import { SideNav } from './side-nav.tsx';

/** Navigation at the left, the page at the right. */
export function AppFrame({ session, children }: { session: Session; children: ReactNode }) {
  const client = useQueryClient();
  // Before the children's first render, so that server and browser draw the same and nothing waits for it.
  useState(() => {
    if (client.getQueryData(queryKeys.session) === undefined) client.setQueryData(queryKeys.session, session);
  });
  return (
    <div className="flex h-dvh overflow-hidden">
      <a
        href="#content"
        className="floating absolute top-2 left-2 z-50 -translate-y-20 px-3 py-1.5 text-13 focus:translate-y-0"
      >
        Skip to the content
      </a>
      <SideNav />
      <main id="content" tabIndex={-1} className="min-w-0 flex-1 outline-none">
        {children}
      </main>
      <CommandPalette />
    </div>
  );
}

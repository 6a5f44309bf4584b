import type { ReactNode } from 'react';
import { CommandPalette } from '#components/shell/command-palette.tsx';
import { SideNav } from '#components/shell/side-nav.tsx';

export default function AppLayout({ children }: { children: ReactNode }) {
  return (
    <div className="flex h-dvh overflow-hidden">
      <a href="#content" className="floating absolute top-2 left-2 z-50 -translate-y-20 px-3 py-1.5 text-13 focus:translate-y-0">
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

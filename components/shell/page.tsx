import type { ReactNode } from 'react';
import { cn } from '#components/ui/cn.ts';

export interface PageProps {
  title: ReactNode;
  /** Beside the title, quiet: a count, a status. */
  aside?: ReactNode;
  /** At the right: the page's one primary button last. */
  actions?: ReactNode;
  /** `full` lets the content manage its own scrolling and edges. */
  layout?: 'padded' | 'full';
  children: ReactNode;
}

/** A page's head and its scrolling body. */
export function Page({ title, aside, actions, layout = 'padded', children }: PageProps) {
  return (
    <div className="flex h-full min-w-0 flex-col">
      <header className="flex h-12 shrink-0 items-center gap-3 border-b border-line px-5">
        <h1 className="min-w-12 truncate text-14 font-semibold">{title}</h1>
        {aside ? <div className="flex min-w-0 items-center gap-2 text-12 text-ink-3">{aside}</div> : null}
        {actions ? <div className="ml-auto flex shrink-0 items-center gap-2">{actions}</div> : null}
      </header>
      <div className={cn('min-h-0 flex-1', layout === 'padded' ? 'overflow-y-auto' : 'flex flex-col')}>
        {layout === 'padded' ? <div className="mx-auto w-full max-w-360 p-5">{children}</div> : children}
      </div>
    </div>
  );
}

/** A titled panel on a page. */
export function Panel({
  title,
  aside,
  className,
  children,
}: {
  title: ReactNode;
  aside?: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  return (
    <section className={cn('flex min-w-0 flex-col rounded-panel border border-line bg-surface-1', className)}>
      <div className="flex h-10 shrink-0 items-center justify-between gap-3 border-b border-line px-4">
        <h2 className="text-13 font-medium text-ink-1">{title}</h2>
        {aside ? <div className="text-12 text-ink-3">{aside}</div> : null}
      </div>
      {children}
    </section>
  );
}

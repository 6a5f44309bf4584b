import type { ReactNode } from 'react';

/** A group of settings: what it is at the left, the controls at the right. */
export function Section({
  title,
  description,
  children,
}: {
  title: string;
  description?: string;
  children: ReactNode;
}) {
  return (
    <section className="grid grid-cols-[12rem_1fr] gap-8">
      <div>
        <h2 className="text-13 font-semibold">{title}</h2>
        {description ? <p className="mt-0.5 text-12 text-balance text-ink-3">{description}</p> : null}
      </div>
      <div className="min-w-0 rounded-panel border border-line bg-surface-1 p-4">{children}</div>
    </section>
  );
}

import type { ReactNode } from 'react';

/** Names and values side by side; what is not known is left out. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  const known = facts.filter(([, value]) => value !== null && value !== undefined && value !== '');
  return (
    <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1 text-12">
      {known.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink-3">{name}</dt>
          <dd className="tnum min-w-0 break-words text-ink-1">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A gate let down over running water. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className={className}>
      <rect width="32" height="32" rx="7" fill="var(--accent-fill)" />
      <g fill="none" stroke="var(--accent-on)" strokeWidth="2.6" strokeLinecap="round">
        <path d="M16 6.500v8.5" />
        <path d="M6.5 12.500h4.500M21 12.500h4.5" opacity="0.55" />
        <path d="M6.5 19.500c2.4-2 4.8-2 7.2 0s4.8 2 7.2 0c1.6-1.34 3.1-1.78 4.6-1.34" />
        <path d="M6.5 25c2.4-2 4.8-2 7.2 0s4.8 2 7.2 0c1.6-1.34 3.1-1.78 4.6-1.34" opacity="0.55" />
      </g>
    </svg>
  );
}

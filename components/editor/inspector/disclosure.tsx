'use client';

import { ChevronRight } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { cn } from '#components/ui/cn.ts';

export interface DisclosureProps {
  label: string;
  /** Unfolded from the first. */
  open?: boolean;
  /** Something inside must be seen: it cannot be folded. */
  demanded?: boolean;
  className?: string;
  children: ReactNode;
}

/** Settings that can be left alone, folded away. Also a viewer may unfold it: it is no control of the form. */
export function Disclosure({ label, open = false, demanded = false, className, children }: DisclosureProps) {
  const [unfolded, setUnfolded] = useState(open);
  const shown = unfolded || demanded;
  return (
    <details open={shown} className={cn('group/disclosure', className)}>
      <summary
        onClick={(event) => {
          event.preventDefault();
          setUnfolded(!shown);
        }}
        className="flex h-7 cursor-default list-none items-center gap-1 text-12 font-medium text-ink-2 hover:text-ink-1"
      >
        <ChevronRight aria-hidden className="size-3.5 transition-transform group-open/disclosure:rotate-90" />
        {label}
      </summary>
      {shown ? children : null}
    </details>
  );
}

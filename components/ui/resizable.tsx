'use client';

import {
  Group,
  Panel,
  Separator,
  useDefaultLayout,
  type GroupProps,
  type SeparatorProps,
} from 'react-resizable-panels';
import { cn } from './cn.ts';

export const ResizablePanel = Panel;

export type ResizableGroupProps = Omit<GroupProps, 'id'> & {
  /** Panel sizes are kept in this browser under this name. */
  id: string;
};

export function ResizableGroup({ id, className, ...props }: ResizableGroupProps) {
  const layout = useDefaultLayout({ id, storage: storage() });
  return <Group id={id} className={cn('min-h-0 min-w-0', className)} {...layout} {...props} />;
}

const silent = { getItem: () => null, setItem: () => undefined };
const storage = () => (typeof window === 'undefined' ? silent : window.localStorage);

/** A hairline that one can take hold of; wide enough to hit, and moved by the arrow keys. */
export function ResizableHandle({ className, ...props }: SeparatorProps) {
  return (
    <Separator
      className={cn(
        'relative shrink-0 bg-line transition-colors outline-none hover:bg-accent focus-visible:bg-accent data-[separator=active]:bg-accent',
        'aria-[orientation=vertical]:w-px aria-[orientation=vertical]:before:absolute aria-[orientation=vertical]:before:inset-y-0 aria-[orientation=vertical]:before:-inset-x-1',
        'aria-[orientation=horizontal]:h-px aria-[orientation=horizontal]:before:absolute aria-[orientation=horizontal]:before:inset-x-0 aria-[orientation=horizontal]:before:-inset-y-1',
        className,
      )}
      {...props}
    />
  );
}

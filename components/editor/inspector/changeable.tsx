'use client';

import type { ReactNode } from 'react';
import { useEditor } from '../editor-context.tsx';

/** Fields that a viewer sees but cannot change, however deep inside they stand. */
export function Changeable({ children }: { children: ReactNode }) {
  const { readOnly } = useEditor();
  return (
    // Menus open when the pointer goes down, which a disabled button still hears.
    <fieldset disabled={readOnly} className="contents disabled:[&_button]:pointer-events-none">
      {children}
    </fieldset>
  );
}

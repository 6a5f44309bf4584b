'use client';

import { FileUp, MousePointerClick, Workflow } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { Kbd } from '#components/ui/kbd.tsx';
import { useEditor } from '../editor-context.tsx';
import { addBesideSelection } from '../actions/edit-actions.ts';

/** An empty canvas says how a pipeline begins. It lets drops and double-clicks through to the canvas. */
export function EmptyCanvas() {
  const editor = useEditor();
  if (editor.readOnly)
    return (
      <div className="pointer-events-none absolute inset-0 flex items-center justify-center p-6">
        <p className="text-14 font-medium">This pipeline is still empty</p>
      </div>
    );
  return (
    <div className="pointer-events-none absolute inset-0 flex items-center justify-center p-6">
      <div className="flex max-w-96 flex-col items-center gap-3 text-center">
        <Workflow aria-hidden strokeWidth={1.5} className="size-6 text-ink-3" />
        <p className="text-14 font-medium">Begin with some data</p>
        <ul className="flex flex-col gap-1.5 text-left text-13 text-ink-2">
          <li className="flex items-start gap-2">
            <FileUp aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-3" />
            Drop a CSV, JSON or Parquet file anywhere here.
          </li>
          <li className="flex items-start gap-2">
            <MousePointerClick aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-3" />
            Drag a source from the left, or double-click here.
          </li>
          <li className="flex items-start gap-2">
            <Workflow aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-3" />
            Pull a line from its right side to add the next step.
          </li>
        </ul>
        <Button
          variant="primary"
          className="pointer-events-auto"
          onClick={() => {
            addBesideSelection(editor, 'file-source');
          }}
        >
          Add a file
        </Button>
        <p className="text-12 text-ink-3">
          All commands: <Kbd keys={['mod', 'K']} />
        </p>
      </div>
    </div>
  );
}

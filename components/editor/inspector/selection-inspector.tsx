'use client';

import { Copy, Network, Trash2 } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { arrange, copySelection, deleteSelection, duplicateSelection } from '../actions/edit-actions.ts';
import { useEditor, useSelection } from '../editor-context.tsx';

/** What can be done to several things at once. */
export function SelectionInspector() {
  const editor = useEditor();
  const count = useSelection((state) => state.ids.size);
  const { readOnly } = editor;
  return (
    <div className="flex flex-col gap-3 p-4">
      <h2 className="text-14 font-semibold">{count} selected</h2>
      <div className="flex flex-wrap gap-2">
        {readOnly ? null : (
          <Button onClick={() => void arrange(editor)}>
            <Network aria-hidden /> Arrange
          </Button>
        )}
        <Button onClick={() => void copySelection(editor)}>
          <Copy aria-hidden /> Copy
        </Button>
        {readOnly ? null : (
          <>
            <Button
              onClick={() => {
                duplicateSelection(editor);
              }}
            >
              Duplicate
            </Button>
            <Button
              onClick={() => {
                deleteSelection(editor);
              }}
            >
              <Trash2 aria-hidden /> Delete
            </Button>
          </>
        )}
      </div>
      <p className="text-12 text-ink-3">
        Copied nodes can be pasted into another pipeline, or into a file as YAML.
      </p>
    </div>
  );
}

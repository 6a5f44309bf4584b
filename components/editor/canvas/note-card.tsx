'use client';

import type { NodeProps } from '@xyflow/react';
import { memo, useState } from 'react';
import { cn } from '#components/ui/cn.ts';
import { useDocument, useEditor } from '../editor-context.tsx';
import { setNote } from '../model/commands.ts';
import type { NoteNode } from './flow-elements.ts';

/** Free text on the canvas; plain, it is never read as markup. */
export const NoteCard = memo(function NoteCard({ id, selected }: NodeProps<NoteNode>) {
  const editor = useEditor();
  const note = useDocument((document) => document.notes[id]);
  const [draft, setDraft] = useState<string | null>(null);
  if (!note) return null;
  const keep = () => {
    if (draft !== null)
      editor.document.apply('Edit a note', (document) =>
        setNote(document, { ...note, text: draft.slice(0, 10_000) }),
      );
    setDraft(null);
  };
  return (
    <div
      className={cn(
        'h-full w-full rounded-control border bg-surface-2 p-2',
        selected ? 'border-accent' : 'border-line',
      )}
    >
      <textarea
        aria-label="Note"
        value={draft ?? note.text}
        placeholder="Write a note…"
        readOnly={editor.readOnly}
        onChange={(event) => {
          setDraft(event.target.value);
        }}
        onBlur={keep}
        onKeyDown={(event) => {
          event.stopPropagation();
        }}
        className={cn(
          'h-full w-full resize-none bg-transparent text-13 text-ink-2 outline-none',
          selected && 'nodrag nopan nowheel',
        )}
      />
    </div>
  );
});

import { nanoid } from 'nanoid';
import { setNote } from '../model/commands.ts';
import type { Point } from '../model/editor-document.ts';
import type { Editor } from '../stores/editor.ts';

/** Puts an empty note on the canvas and selects it. */
export function addNote(editor: Editor, at: Point): void {
  const id = `note-${nanoid(8)}`;
  editor.document.apply('Add a note', (document) =>
    setNote(document, {
      id,
      text: '',
      x: Math.round(at.x - 120),
      y: Math.round(at.y - 48),
      width: 240,
      height: 96,
    }),
  );
  editor.selection.select([id]);
}

import { toast } from '#components/ui/toast.tsx';
import { uploadFile } from '#lib/contracts/client.ts';
import { toAppError } from '#lib/errors/app-error.ts';
import type { Point } from '../model/editor-document.ts';
import { CARD_HEIGHT, GAP_DOWN } from '../canvas/card-geometry.ts';
import type { Editor } from '../stores/editor.ts';
import { addNodeOfType } from './edit-actions.ts';

const READABLE = /\.(csv|tsv|json|ndjson|jsonl|parquet)(\.gz)?$/i;

/** Uploads files that were dropped on the canvas and adds a source for each. */
export async function addDroppedFiles(editor: Editor, files: readonly File[], at: Point): Promise<void> {
  const place = { ...at };
  for (const file of files) {
    if (!READABLE.test(file.name)) {
      toast.error(`“${file.name}” cannot be read as a table.`, {
        description: 'Drop a CSV, TSV, JSON, NDJSON or Parquet file; .gz is fine.',
      });
      continue;
    }
    const path = await uploadWithToast(file);
    if (path === null) continue;
    addNodeOfType(editor, {
      type: 'file-source',
      at: { ...place },
      name: file.name.replace(READABLE, ''),
      config: { path },
    });
    place.y += CARD_HEIGHT + GAP_DOWN;
  }
}

/** Uploads one file, says how far it is, and answers its path in the workspace; null when it failed. */
export async function uploadWithToast(file: File): Promise<string | null> {
  const id = toast.loading(`Uploading ${file.name}…`);
  try {
    const entry = await uploadFile(file, {
      onProgress: (share) => toast.loading(`Uploading ${file.name}: ${Math.round(share * 100)} %`, { id }),
    });
    toast.success(`${file.name} is uploaded.`, { id });
    return entry.path;
  } catch (thrown) {
    const error = toAppError(thrown);
    toast.error(error.message, { id, description: error.hint });
    return null;
  }
}

import { inWords } from '#components/format/in-words.ts';
import { toast } from '#components/ui/toast.tsx';
import { checkImport, exportFileName } from '#components/pipelines/import-document.ts';
import { saveTextFile } from '#components/pipelines/save-file.ts';
import { callApi } from '#lib/contracts/client.ts';
import type { PipelineDetail } from '#lib/contracts/pipelines.ts';
import { readDocument } from '#lib/document/read.ts';
import type { PipelineDocument } from '#lib/document/schema.ts';
import { stableJson, toYaml } from '#lib/document/serialise.ts';
import { toAppError } from '#lib/errors/app-error.ts';
import { withPositions } from '../canvas/layout.ts';
import { fromDocument, toDocument } from '../model/editor-document.ts';
import type { Editor } from '../stores/editor.ts';
import { browserShelf } from '../stores/save-store.ts';

/** Puts another document on screen, as one step that can be undone. */
async function show(editor: Editor, label: string, document: PipelineDocument): Promise<void> {
  const next = await withPositions(fromDocument(document));
  editor.document.apply(label, () => next);
  editor.selection.select([]);
}

export function exportYaml(editor: Editor): void {
  const document = toDocument(editor.document.getState().present);
  saveTextFile(exportFileName(document.name), toYaml(document));
}

/** Takes the place of what is on screen by the pipeline in a file. */
export async function importYaml(editor: Editor, file: File): Promise<void> {
  const { document, faults } = checkImport(await file.text());
  if (!document) {
    const first = faults[0];
    toast.error(`“${file.name}” holds no pipeline.`, {
      description: first ? inWords(first) : 'Choose a YAML or JSON file that was exported from here.',
    });
    return;
  }
  await show(editor, `Import ${file.name}`, document);
  toast.success(`Imported “${file.name}”.`, { description: 'Undo brings the old one back.' });
}

/** Puts a version back on screen; the draft becomes it with the next save. */
export async function restoreVersion(editor: Editor, version: number): Promise<void> {
  const detail = await callApi('getVersion', { params: { id: editor.pipeline.id, version } });
  const { document } = readDocument(detail.document);
  if (document) await show(editor, `Restore version ${version}`, document);
}

/** The conflict's second choice: goes on from what the other one saved. Undo brings mine back on screen. */
export async function takeTheirs(editor: Editor): Promise<void> {
  const state = editor.save.getState();
  if (state.status !== 'conflict') return;
  const { document } = readDocument(state.theirs.document);
  if (!document) return;
  await show(editor, 'Take the other version', document);
  editor.save.takeTheirs();
}

/** The conflict's third choice: mine lives on as a pipeline of its own, theirs is shown here. Answers the copy. */
export async function saveMineAsCopy(editor: Editor): Promise<PipelineDetail | null> {
  const mine = toDocument(editor.document.getState().present);
  const name = `${mine.name} (mine)`.slice(0, 200);
  try {
    const copy = await callApi('createPipeline', { body: { name, document: { ...mine, name } } });
    await takeTheirs(editor);
    return copy;
  } catch (thrown) {
    toast.error(toAppError(thrown).message);
    return null;
  }
}

/** Brings back what an earlier visit could not save. Where someone else saved since, the person chooses. */
export async function restoreUnsaved(editor: Editor): Promise<void> {
  const shelf = browserShelf(editor.pipeline.id);
  const draft = shelf.get();
  if (!draft) return;
  const { document } = readDocument(draft.document);
  if (!document) return;
  // The last save did arrive, only its answer came too late.
  if (stableJson(document) === stableJson(readDocument(editor.pipeline.document).document)) {
    shelf.clear();
    return;
  }
  if (draft.revision !== editor.pipeline.revision) editor.save.meetConflict(editor.pipeline);
  await show(editor, 'Restore what was not saved', document);
  toast('Brought back changes that were not saved.', { description: 'They were kept in this browser.' });
}

import { toast } from '#components/ui/toast.tsx';
import { callApi } from '#lib/contracts/client.ts';
import type { StartRunRequest } from '#lib/contracts/runs.ts';
import { readDocument } from '#lib/document/read.ts';
import { toAppError } from '#lib/errors/app-error.ts';
import { seedLiveRun, useLiveRunStore } from '#components/runs/live-run-store.ts';
import { isFinal } from '#components/runs/live-run.ts';
import { toDocument } from '../model/editor-document.ts';
import type { Editor } from '../stores/editor.ts';

export type RunWish = Pick<StartRunRequest, 'from' | 'to' | 'parameters'>;

/** Runs what is on screen, frozen as a version. Asks for parameters first where some have no value. */
export async function run(editor: Editor, wish: RunWish = {}): Promise<void> {
  const { present } = editor.document.getState();
  if (present.nodeIds.length === 0) {
    toast('There is nothing to run yet.', { description: 'Add a source first.' });
    return;
  }
  const unset = Object.entries(present.parameters).some(
    ([name, parameter]) => parameter.default === undefined && wish.parameters?.[name] === undefined,
  );
  if (unset && wish.parameters === undefined) {
    editor.ui.setState({
      runDialog: { ...(wish.from ? { from: wish.from } : {}), ...(wish.to ? { to: wish.to } : {}) },
    });
    return;
  }
  if (isBusy(editor)) {
    toast('It is running already.', { description: 'Cancel that run first, or wait for it.' });
    return;
  }
  try {
    await editor.run.start(toDocument(present), wish);
  } catch (thrown) {
    const error = toAppError(thrown);
    if ((error.issues?.length ?? 0) > 0) editor.ui.setState({ dataTab: 'problems' });
    toast.error(error.message, { description: error.hint ?? error.issues?.[0]?.message });
  }
}

/** Whether the run on show has not ended. */
function isBusy(editor: Editor): boolean {
  const { run: shown, starting } = editor.run.getState();
  if (starting) return true;
  if (!shown) return false;
  const live = useLiveRunStore.getState().runs[shown.id];
  return !isFinal(live?.status ?? shown.status);
}

export async function cancelRun(editor: Editor): Promise<void> {
  const { run: shown } = editor.run.getState();
  if (!shown) return;
  try {
    await callApi('cancelRun', { params: { id: shown.id } });
  } catch (thrown) {
    toast.error(toAppError(thrown).message);
  }
}

/** Shows the newest run of the pipeline, so that an opened editor knows its counts. Without one it stays empty. */
export async function showLastRun(editor: Editor, signal: AbortSignal): Promise<void> {
  const { lastRun } = editor.pipeline;
  if (!lastRun) return;
  try {
    const detail = await callApi('getRun', { params: { id: lastRun.id }, signal });
    const { document } = readDocument(detail.document);
    if (!document || editor.run.getState().run) return;
    seedLiveRun(detail);
    editor.run.show(detail, document);
  } catch {
    // Counts of an earlier run are a courtesy: without them the editor is whole.
  }
}

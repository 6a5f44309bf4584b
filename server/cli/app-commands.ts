import { AppError } from '#lib/errors/app-error.ts';
import { readDocument } from '#lib/document/read.ts';
import { toJson, toYaml } from '#lib/document/serialise.ts';
import { openAppClient } from './app-client.ts';
import { loadDocument } from './load-document.ts';
import { EXIT } from './outcome.ts';

/** `sluice import FILE`: makes a pipeline of a document in the running app. Its faults are refused before that. */
export async function importCommand(file: string, { json }: { json: boolean }): Promise<number> {
  const { read, locate } = await loadDocument(file);
  const errors = read.faults.filter(({ severity }) => severity === 'error');
  if (!read.document || errors.length > 0)
    throw new AppError('document-invalid', `"${file}" is no whole pipeline.`, {
      issues: locate(read.faults),
    });
  const app = await openAppClient();
  const made = await app.createPipeline({ ...read.document });
  const url = new URL(`/pipelines/${made.id}`, app.origin).href;
  process.stdout.write(
    json ? `${JSON.stringify({ id: made.id, name: made.name, url }, null, 2)}\n` : `${made.id}  ${url}\n`,
  );
  return EXIT.good;
}

/** `sluice export ID`: prints the draft of a pipeline of the running app, as YAML or JSON. */
export async function exportCommand(id: string, { json }: { json: boolean }): Promise<number> {
  const app = await openAppClient();
  const { document } = await app.getPipeline(id);
  const read = readDocument(document);
  if (!read.document)
    throw new AppError('document-invalid', 'The draft of this pipeline is no whole document.', {
      hint: 'Open it in the editor, which shows what is wrong.',
      issues: read.faults,
    });
  process.stdout.write(json ? toJson(read.document) : toYaml(read.document));
  return EXIT.good;
}

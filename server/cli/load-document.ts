import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError, type Fault } from '#lib/errors/app-error.ts';
import { locateFaults, parseText } from '#lib/document/parse.ts';
import { readDocumentText, type ReadDocument } from '#lib/document/read.ts';

export interface LoadedDocument {
  read: ReadDocument;
  /** Relative paths in the document count from here. */
  folder: string;
  /** Adds line and column to faults that know their path. */
  locate: (faults: readonly Fault[]) => Fault[];
}

/** Reads a document from a file. Its faults are in the answer; throws `document-not-found` where there is none. */
export async function loadDocument(file: string): Promise<LoadedDocument> {
  const absolute = path.resolve(file);
  let text: string;
  try {
    text = await readFile(absolute, 'utf8');
  } catch (cause) {
    throw new AppError('document-not-found', `The document "${file}" cannot be read.`, {
      hint: `It was looked for at ${absolute}.`,
      cause,
    });
  }
  const { locate } = parseText(text);
  return {
    read: readDocumentText(text),
    folder: path.dirname(absolute),
    locate: (faults) => locateFaults(faults, locate),
  };
}

/** `name=value` pairs of the command line. Throws `wrong-call` for anything else. */
export function parseParameters(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1)
        throw new AppError('wrong-call', `--param takes name=value; "${pair}" is not that.`, {
          hint: 'For example --param since=2024-01-01',
        });
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

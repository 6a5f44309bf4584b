import { readDocumentText } from '#lib/document/read.ts';
import type { PipelineDocument } from '#lib/document/schema.ts';
import type { Fault } from '#lib/errors/app-error.ts';

/** Files larger than this are no pipelines; reading them would only stall the page. */
export const IMPORT_BYTES_MAX = 5_000_000;

export interface ImportCheck {
  /** Null where the text can't become a pipeline. */
  document: PipelineDocument | null;
  faults: Fault[];
}

/** What a pasted or dropped text is worth. Faults inside nodes are no obstacle: the editor shows them in place. */
export function checkImport(text: string): ImportCheck {
  if (text.trim() === '') return { document: null, faults: [] };
  const { document, faults } = readDocumentText(text);
  return { document, faults };
}

/** `Revenue by region (copy)`, then `(copy 2)`: the first that is free. */
export function copyName(name: string, taken: readonly string[]): string {
  const base = name.replace(/ \(copy(?: \d+)?\)$/, '');
  for (let number = 1; ; number += 1) {
    const candidate = `${base} (copy${number === 1 ? '' : ` ${String(number)}`})`;
    if (!taken.includes(candidate)) return candidate;
  }
}

/** `revenue-by-region.yaml` */
export function exportFileName(name: string): string {
  const slug = name
    .toLowerCase()
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  return `${slug === '' ? 'pipeline' : slug}.yaml`;
}

import { LineCounter, isMap, isPair, isScalar, parseDocument as parseYaml, type Document } from 'yaml';
import type { Fault, Place } from '../errors/app-error.ts';

/** Larger documents are refused before they are parsed: no pipeline drawn by people comes near. */
const MAX_DOCUMENT_CHARS = 5_000_000;

/** Finds the 1-based line and column of a path in the document's text; of its nearest parent where it is absent. */
export type Locate = (path: readonly (string | number)[]) => { line: number; column: number } | null;

export interface ParsedText {
  /** Plain data; null when the text is no YAML or JSON. */
  data: unknown;
  faults: Fault[];
  locate: Locate;
}

/** Reads YAML 1.2 (of which JSON is a part), keeping the places. Never throws. */
export function parseText(text: string): ParsedText {
  const nowhere: Locate = () => null;
  if (text.length > MAX_DOCUMENT_CHARS) {
    return {
      data: null,
      faults: [
        {
          code: 'document-too-large',
          severity: 'error',
          message: `The document has ${text.length} characters; ${MAX_DOCUMENT_CHARS} is the limit`,
        },
      ],
      locate: nowhere,
    };
  }
  const lines = new LineCounter();
  const parsed = parseYaml(text.replace(/^\uFEFF/, ''), {
    lineCounter: lines,
    version: '1.2',
    schema: 'core',
    uniqueKeys: true,
    prettyErrors: false,
  });
  const faults = parsed.errors.map((error): Fault => {
    const { line, col } = lines.linePos(error.pos[0]);
    return {
      code: error.code === 'DUPLICATE_KEY' ? 'duplicate-key' : 'syntax',
      severity: 'error',
      message: error.code === 'MULTIPLE_DOCS' ? 'There is a second document in this text' : error.message,
      hint:
        error.code === 'DUPLICATE_KEY'
          ? 'Keep one of them.'
          : error.code === 'MULTIPLE_DOCS'
            ? 'Keep one; --- begins another.'
            : 'Check indentation, quotes and brackets here.',
      place: { line: Math.max(1, line), column: Math.max(1, col) },
    };
  });
  if (faults.length > 0) return { data: null, faults, locate: nowhere };
  try {
    return { data: parsed.toJS({ maxAliasCount: 100 }) as unknown, faults, locate: locator(parsed, lines) };
  } catch (error) {
    return {
      data: null,
      faults: [
        {
          code: 'syntax',
          severity: 'error',
          message: error instanceof Error ? error.message : String(error),
        },
      ],
      locate: nowhere,
    };
  }
}

function locator(parsed: Document, lines: LineCounter): Locate {
  return (path) => {
    for (let length = path.length; length >= 0; length--) {
      const offset = offsetOf(parsed, path.slice(0, length));
      if (offset !== null) {
        const { line, col } = lines.linePos(offset);
        return { line: Math.max(1, line), column: Math.max(1, col) };
      }
    }
    return null;
  };
}

/** Where a path begins: at its key inside a mapping, else at its value. */
function offsetOf(parsed: Document, path: readonly (string | number)[]): number | null {
  const last = path.at(-1);
  if (last === undefined) return parsed.contents?.range?.[0] ?? null;
  const parent = path.length === 1 ? parsed.contents : parsed.getIn(path.slice(0, -1), true);
  if (isMap(parent)) {
    const pair = parent.items.find(
      (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(last),
    );
    return pair && isScalar(pair.key) ? (pair.key.range?.[0] ?? null) : null;
  }
  const node = parsed.getIn(path, true);
  return node !== null && typeof node === 'object' && 'range' in node && Array.isArray(node.range)
    ? (node.range[0] as number)
    : null;
}

/** The faults with line and column, found from their paths. */
export function locateFaults(faults: readonly Fault[], locate: Locate): Fault[] {
  return faults.map((fault) => {
    if (fault.place?.line !== undefined || !fault.place?.path) return fault;
    const place: Place = { ...fault.place, ...locate(fault.place.path) };
    return { ...fault, place };
  });
}

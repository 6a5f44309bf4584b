import type { JsonRow, JsonValue } from '#lib/contracts/run-record.ts';

const TIMESTAMP = /^(\d{4,}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2}(?:\.\d+)?)/;

/** A value as the grid and the clipboard write it. NULL is null: the grid shows it apart from any text. */
export function cellText(value: JsonValue | undefined): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value.replace(TIMESTAMP, '$1 $2');
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}

/** The whole value, for reading: nested values are indented. */
export function fullText(value: JsonValue | undefined): string | null {
  return typeof value === 'object' && value !== null ? JSON.stringify(value, null, 2) : cellText(value);
}

const LINE_BREAKS = /\r\n|\r|\n/g;
const SHOWN_CHARACTERS = 400;

/** One line for a cell: breaks are marked, and what nobody can see is left out. */
export function oneLine(text: string): string {
  const head = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  return head.replace(LINE_BREAKS, ' ↵ ').replaceAll('\t', ' ⇥ ');
}

/** A field of tab-separated text as spreadsheets read it. NULL is empty. */
function tsvField(text: string | null): string {
  if (text === null) return '';
  return /["\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rows for the clipboard; one cell alone is its bare text. */
export function toTsv(rows: readonly JsonRow[], columns: readonly string[], withHeader: boolean): string {
  if (rows.length === 1 && columns.length === 1 && !withHeader)
    return fullText(rows[0]?.[columns[0] ?? '']) ?? '';
  const lines = rows.map((row) => columns.map((name) => tsvField(cellText(row[name]))).join('\t'));
  return (withHeader ? [columns.map(tsvField).join('\t'), ...lines] : lines).join('\n');
}

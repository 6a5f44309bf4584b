import type { Schema } from '#lib/sql/schema.ts';

/** What a column holds, as far as showing it goes. */
export type ColumnKind =
  | 'integer'
  | 'number'
  | 'text'
  | 'boolean'
  | 'date'
  | 'time'
  | 'binary'
  | 'list'
  | 'struct'
  | 'uuid'
  | 'enum'
  | 'unknown';

const KINDS: readonly [RegExp, ColumnKind][] = [
  [/(\[\d*\]|^(LIST|ARRAY)\b.*)$/, 'list'],
  [/^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|INT\d*|BIGNUM|VARINT)$/, 'integer'],
  [/^(DECIMAL|NUMERIC|DOUBLE|FLOAT|REAL)/, 'number'],
  [/^(VARCHAR|TEXT|STRING|CHAR|BPCHAR)/, 'text'],
  [/^BOOL/, 'boolean'],
  [/^DATE$/, 'date'],
  [/^(TIMESTAMP|TIME|INTERVAL)/, 'time'],
  [/^(BLOB|BIT|BYTEA)/, 'binary'],
  [/^(STRUCT|MAP|UNION|JSON|VARIANT)/, 'struct'],
  [/^UUID$/, 'uuid'],
  [/^ENUM/, 'enum'],
];

/** The kind of a DuckDB type name. */
export function columnKind(type: string): ColumnKind {
  const name = type.trim().toUpperCase();
  return KINDS.find(([pattern]) => pattern.test(name))?.[1] ?? 'unknown';
}

/** Numbers stand at the right, so that their digits line up. */
export function alignsRight(kind: ColumnKind): boolean {
  return kind === 'integer' || kind === 'number';
}

/** A type name short enough for a header: `STRUCT(a INTEGER, …)` is `STRUCT`, `DECIMAL(18,2)` stays. */
export function shortType(type: string): string {
  const list = /((?:\[\d*\])+)$/.exec(type)?.[1] ?? '';
  const base = list === '' ? type : type.slice(0, -list.length);
  const name = base
    .replace(/^(STRUCT|MAP|UNION|ENUM)\(.*\)$/s, '$1')
    .replace('TIMESTAMP WITH TIME ZONE', 'TIMESTAMPTZ');
  return name + list;
}

export interface GridColumn {
  name: string;
  type: string;
  kind: ColumnKind;
  width: number;
}

const CHARACTER_PX = 7.25;
const PADDING_PX = 26;
const ICON_PX = 22;
const MIN_PX = 72;
const MAX_PX = 340;

/** Columns with widths that fit their names and what their first cells show. */
export function gridColumns(schema: Schema, cells: (name: string) => readonly string[]): GridColumn[] {
  return schema.map(({ name, type }) => {
    const longest = Math.max(0, ...cells(name).map((text) => text.length));
    const wanted = Math.max(name.length * CHARACTER_PX + ICON_PX, longest * CHARACTER_PX) + PADDING_PX;
    return {
      name,
      type,
      kind: columnKind(type),
      width: Math.round(Math.min(MAX_PX, Math.max(MIN_PX, wanted))),
    };
  });
}

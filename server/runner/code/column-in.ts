import { AppError } from '#lib/errors/app-error.ts';
import { quoteIdentifier } from '#lib/sql/quote.ts';
import type { Column } from '#lib/sql/schema.ts';
import { parseType, type SqlType } from '#lib/sql/types.ts';
import type { InputKind } from '#server/sandbox/wire.ts';

/** How a column is handed over to code. */
export interface ColumnIn {
  kind: InputKind;
  /** SQL for its cells in a carrier type. */
  cells: string;
  /** SQL that is true where a cell cannot be handed over exactly; null where all can. */
  inexact: string | null;
}

const SMALL_INTEGERS = new Set(['TINYINT', 'SMALLINT', 'INTEGER', 'UTINYINT', 'USMALLINT']);
const LARGE_INTEGERS = new Set(['BIGINT', 'UBIGINT', 'HUGEINT', 'UHUGEINT', 'BIGNUM']);
const AS_TEXT = new Set([
  'VARCHAR',
  'JSON',
  'UUID',
  'TIME',
  'TIME WITH TIME ZONE',
  'INTERVAL',
  'BIT',
  'DATE',
]);
const TIMESTAMPS = new Set(['TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS']);
const SAFE = '9007199254740991';
/** Every decimal of so many digits is a double that prints as those digits. */
const EXACT_DIGITS = 15;

/** Throws a `user` AppError `type-not-for-code` that names the column. */
export function columnIn({ name, type }: Column, asText: ReadonlySet<string>): ColumnIn {
  const column = quoteIdentifier(name);
  const text = (cells: string): ColumnIn => ({ kind: 'text', cells, inexact: null });
  const varchar = `CAST(${column} AS VARCHAR)`;
  const number = (kind: InputKind, inexact: string | null = null): ColumnIn => ({
    kind,
    cells: `CAST(${column} AS DOUBLE)`,
    inexact,
  });
  const parsed = parseType(type);
  if (!parsed || holdsBytes(parsed)) throw refused(name, type);
  if (asText.has(name.toLowerCase())) return text(varchar);
  if (parsed.kind === 'other') {
    if (/^(ENUM|"NULL")/i.test(parsed.text)) return text(varchar);
    throw refused(name, type);
  }
  if (parsed.kind !== 'simple')
    return { kind: 'json', cells: `CAST(to_json(${column}) AS VARCHAR)`, inexact: null };
  const simple = parsed.name;
  if (simple === 'BOOLEAN') return { kind: 'boolean', cells: column, inexact: null };
  if (SMALL_INTEGERS.has(simple)) return number('integer');
  if (simple === 'UINTEGER' || simple === 'FLOAT' || simple === 'DOUBLE') return number('number');
  if (LARGE_INTEGERS.has(simple)) return number('number', `${column} NOT BETWEEN -${SAFE} AND ${SAFE}`);
  if (simple === 'DECIMAL') return number('number', inexactDecimal(column, parsed.args));
  if (AS_TEXT.has(simple)) return text(varchar);
  if (TIMESTAMPS.has(simple)) return text(isoTimestamp(column, varchar, ''));
  if (simple === 'TIMESTAMP WITH TIME ZONE')
    return text(isoTimestamp(column, `replace(${varchar}, '+00', '')`, 'Z'));
  throw refused(name, type);
}

function inexactDecimal(column: string, [precision = 18, scale = 3]: readonly number[]): string | null {
  if (precision <= EXACT_DIGITS) return null;
  const whole = EXACT_DIGITS - scale;
  const limit = whole >= 0 ? `1${'0'.repeat(whole)}` : `0.${'0'.repeat(-whole - 1)}1`;
  return `abs(${column}) >= ${limit}`;
}

/** ISO 8601 with a T; years that it does not know stay as DuckDB writes them. */
function isoTimestamp(column: string, text: string, zone: string): string {
  const usual = `isfinite(${column}) AND CAST(${column} AS DATE) >= DATE '0001-01-01'`;
  return `CASE WHEN ${usual} THEN replace(${text}, ' ', 'T') || '${zone}' ELSE CAST(${column} AS VARCHAR) END`;
}

function holdsBytes(type: SqlType): boolean {
  switch (type.kind) {
    case 'simple':
      return type.name === 'BLOB';
    case 'list':
      return holdsBytes(type.item);
    case 'map':
      return holdsBytes(type.key) || holdsBytes(type.value);
    case 'struct':
      return type.fields.some((field) => holdsBytes(field.type));
    case 'other':
      return false;
  }
}

function refused(name: string, type: string): AppError {
  return new AppError('type-not-for-code', `Column "${name}" is a ${type}, which code cannot take.`, {
    hint: 'Leave it out by an edge transform or a select, or turn it into text before (to_base64 for bytes).',
  });
}

/** The refusal of a value, told by the number of its column. */
export function inexactValue(name: string, value: string): AppError {
  return new AppError(
    'value-not-exact',
    `Column "${name}" holds ${value}, which JavaScript cannot hold exactly.`,
    {
      hint: `List "${name}" under asText to have it as text, with every digit.`,
      place: { path: ['asText'] },
    },
  );
}

import type { ColumnProfile } from '#lib/contracts/profile.ts';
import type { Column } from '#lib/sql/schema.ts';
import { parseType, type SqlType } from '#lib/sql/types.ts';

/** What a column's type lets be said of it, as SQL. */
export interface Measured {
  column: Column;
  kind: ColumnProfile['kind'];
  /** The column, under a name of ours. */
  sql: string;
  /** The same without NaN and infinities: NULL in their place. The column itself where its type has none. */
  good: string;
  /** A condition that NaN and infinities do not meet; null where the type has none. */
  finite: string | null;
  /** Where a value lies on a line of numbers (seconds since 1970 for times), as DOUBLE; null where there is no such line. */
  position: ((value: string) => string) | null;
  /** Its values stand apart by at least this much on the line (days, whole numbers); null where they may lie anywhere. */
  step: number | null;
  /** Its length; null where it has none. */
  length: string | null;
  hasOrder: boolean;
  /** As it is compared and shown among the most frequent values; null where the values are no good to show. */
  shown: string | null;
}

const INTEGERS = /^U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$/;
const INSTANTS = /^TIMESTAMP/;
/** More of a text than this is not shown; two values that differ only after it still count as two. */
export const SHOWN_CHARACTERS = 200;
const DAY_SECONDS = 86_400;

/** The columns of a result, under the names `c0`, `c1` …, and `f0`, `f1` … where only finite values count. */
export function measuredOf(column: Column, index: number): Measured {
  const sql = `c${index}`;
  const parsed = parseType(column.type);
  const details = parsed ? detailsOf(parsed, sql) : {};
  return {
    column,
    sql,
    kind: 'other',
    finite: null,
    good: details.finite ? `f${index}` : sql,
    position: null,
    step: null,
    length: null,
    hasOrder: false,
    shown: null,
    ...details,
  };
}

/** A relation of the columns under our names, with those that hold finite values only beside them. */
export function withFinite(source: string, columns: readonly Measured[]): string {
  const finite = columns.flatMap(({ finite: condition, sql, good }) =>
    condition === null ? [] : [`CASE WHEN ${condition} THEN ${sql} END AS ${good}`],
  );
  return `(SELECT ${['*', ...finite].join(', ')} FROM ${source})`;
}

function detailsOf(type: SqlType, sql: string): Partial<Measured> {
  switch (type.kind) {
    case 'simple':
      return simpleDetails(type.name, sql);
    case 'list':
      return { kind: 'nested', length: `len(${sql})`, shown: asText(sql) };
    case 'map':
      return { kind: 'nested', length: `cardinality(${sql})`, shown: asText(sql) };
    case 'struct':
      return { kind: 'nested', shown: asText(sql) };
    case 'other':
      return /^ENUM\b/i.test(type.text)
        ? { kind: 'text', hasOrder: true, shown: asText(sql) }
        : { shown: asText(sql) };
  }
}

function simpleDetails(name: string, sql: string): Partial<Measured> {
  if (INTEGERS.test(name)) return { kind: 'number', position: asNumber, step: 1, hasOrder: true, shown: sql };
  if (INSTANTS.test(name)) {
    const instant = name === 'TIMESTAMP WITH TIME ZONE' ? sql : `CAST(${sql} AS TIMESTAMP)`;
    return {
      kind: 'time',
      position: (value) =>
        asSeconds(name === 'TIMESTAMP WITH TIME ZONE' ? value : `CAST(${value} AS TIMESTAMP)`),
      finite: `isfinite(${instant})`,
      hasOrder: true,
      shown: sql,
    };
  }
  switch (name) {
    case 'DECIMAL':
      return { kind: 'number', position: asNumber, hasOrder: true, shown: sql };
    case 'BIGNUM':
      return { kind: 'number', position: asNumber, step: 1, hasOrder: true, shown: asText(sql) };
    case 'FLOAT':
    case 'DOUBLE':
      return {
        kind: 'number',
        position: asNumber,
        finite: `isfinite(${sql})`,
        hasOrder: true,
        shown: sql,
      };
    case 'DATE':
      return {
        kind: 'time',
        position: asSeconds,
        finite: `isfinite(${sql})`,
        step: DAY_SECONDS,
        hasOrder: true,
        shown: sql,
      };
    case 'TIME':
      return { kind: 'time', position: asSeconds, hasOrder: true, shown: sql };
    case 'BOOLEAN':
      return { kind: 'boolean', shown: sql };
    case 'VARCHAR':
      return { kind: 'text', length: `length(${sql})`, hasOrder: true, shown: sql };
    case 'JSON':
      return { kind: 'nested', shown: asText(sql) };
    case 'UUID':
      return { kind: 'text', hasOrder: true, shown: sql };
    case 'BLOB':
      return { length: `octet_length(${sql})` };
    default:
      return { hasOrder: name === 'INTERVAL' || name === 'TIME WITH TIME ZONE', shown: asText(sql) };
  }
}

const asText = (sql: string) => `CAST(${sql} AS VARCHAR)`;
const asSeconds = (sql: string) => `epoch(${sql})`;
const asNumber = (sql: string) => `CAST(${sql} AS DOUBLE)`;

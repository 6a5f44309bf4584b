import { call, column, type SortKey } from '../sql/expression.ts';
import type { Relation } from '../sql/relation.ts';
import { freeName, namesOf } from './columns.ts';
import type { CompileInput } from './define.ts';
import { allColumns } from './sorting.ts';

export interface NumberedRows {
  relation: Relation;
  /** The added column that numbers the rows in their order; null where none was needed or no order is promised. */
  position: string | null;
}

/**
 * The rows of the port `input` with a column that numbers them, where that is wanted and they come in a promised order.
 * `newNames` are names that the column must not take, besides those of the input.
 */
export function numberRows(
  input: CompileInput,
  wanted: boolean,
  newNames: readonly string[] = [],
): NumberedRows {
  const rows: Relation = { op: 'input', port: 'input' };
  if (!wanted || input.ordered === false) return { relation: rows, position: null };
  const taken = namesOf(input.schema);
  for (const name of newNames) taken.add(name.toLowerCase());
  const position = freeName(taken, 'row_position');
  return {
    position,
    relation: {
      op: 'project',
      input: rows,
      columns: [
        ...input.schema.map(({ name }) => ({ name, expression: column(name) })),
        {
          name: position,
          expression: { kind: 'window', call: call('row_number'), partitionBy: [], orderBy: [] },
        },
      ],
    },
  };
}

/** What decides between rows that sort equal: their position, or all their columns where there is none. */
export function tieBreak(input: CompileInput, { position }: NumberedRows): SortKey[] {
  return position === null ? allColumns(input.schema) : [byPosition(position)];
}

export function byPosition(position: string): SortKey {
  return { expression: column(position), direction: 'asc', nulls: 'last' };
}

/** Rows that still have their number, in its order and without it. */
export function inOrderOf(position: string, rows: Relation, columns: readonly string[]): Relation {
  return {
    op: 'project',
    input: { op: 'sort', input: rows, keys: [byPosition(position)] },
    columns: columns.map((name) => ({ name, expression: column(name) })),
  };
}

/**
 * Whether an engine may hand the rows on in another order because of this text: subqueries become joins, windows sort.
 * A mere mention costs time, nothing else.
 */
export function mayReorder(text: string): boolean {
  return /\b(select|over|values)\b|\(\s*(from|with)\b/i.test(text);
}

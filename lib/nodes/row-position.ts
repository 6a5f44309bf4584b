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

/** The port's rows with a column that numbers them, where that is wanted and the rows come in a promised order. */
export function numberRows(input: CompileInput, wanted: boolean, port = 'input'): NumberedRows {
  const rows: Relation = { op: 'input', port };
  if (!wanted || input.ordered === false) return { relation: rows, position: null };
  const position = freeName(namesOf(input.schema), 'row_position');
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
  return position === null
    ? allColumns(input.schema)
    : [{ expression: column(position), direction: 'asc', nulls: 'last' }];
}

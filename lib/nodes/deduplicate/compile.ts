import { call, column, type Expression, literal, type SortKey } from '../../sql/expression.ts';
import type { Relation } from '../../sql/relation.ts';
import type { Schema } from '../../sql/schema.ts';
import { freeName, namesOf, requireColumn, requireInput } from '../columns.ts';
import type { CompileNode } from '../define.ts';
import { numberRows, tieBreak } from '../row-position.ts';
import type { DeduplicateConfig } from './definition.ts';

export const compile: CompileNode<DeduplicateConfig> = ({ config, inputs }) => {
  const input = requireInput(inputs, 'input');
  const { schema } = input;
  const asked = (config.keys ?? []).map((name, index) => requireColumn(schema, name, ['keys', index]).name);
  const keys = asked.length > 0 ? asked : schema.map(({ name }) => name);
  const preferences = (config.orderBy ?? []).map((item, index) =>
    preferenceKey(item, requireColumn(schema, item.column, ['orderBy', index, 'column']).name, config.keep),
  );
  if (config.keep === 'none')
    return onlyWhere(schema, { op: 'input', port: 'input' }, over(call('count_star'), keys, []));
  // Duplicates in all columns are the same row: whichever stays.
  if (asked.length === 0) return { op: 'distinct', input: { op: 'input', port: 'input' } };
  const numbered = numberRows(input, true);
  const rest = tieBreak(input, numbered).map((key) => (config.keep === 'last' ? reversed(key) : key));
  return onlyWhere(schema, numbered.relation, over(call('row_number'), keys, [...preferences, ...rest]));
};

/** Sorted so that the row to keep comes first. */
function preferenceKey(
  item: NonNullable<DeduplicateConfig['orderBy']>[number],
  name: string,
  keep: DeduplicateConfig['keep'],
): SortKey {
  const key: SortKey = {
    expression: column(name),
    direction: item.direction,
    nulls: item.nulls ?? (keep === 'last' ? 'first' : 'last'),
  };
  return keep === 'last' ? reversed(key) : key;
}

function reversed(key: SortKey): SortKey {
  return {
    ...key,
    direction: key.direction === 'asc' ? 'desc' : 'asc',
    nulls: key.nulls === 'first' ? 'last' : 'first',
  };
}

function over(function_: Expression, partitionBy: readonly string[], orderBy: SortKey[]): Expression {
  return { kind: 'window', call: function_, partitionBy: partitionBy.map((name) => column(name)), orderBy };
}

/** The rows for which a count over a window is one. */
function onlyWhere(schema: Schema, input: Relation, count: Expression): Relation {
  const counted = freeName(namesOf(schema), 'duplicate_number');
  const all = schema.map(({ name }) => ({ name, expression: column(name) }));
  return {
    op: 'project',
    input: {
      op: 'filter',
      input: { op: 'project', input, columns: [...all, { name: counted, expression: count }] },
      condition: { kind: 'operator', operator: '=', left: column(counted), right: literal(1) },
    },
    columns: all,
  };
}

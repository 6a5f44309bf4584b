import { column, userExpression } from '../../sql/expression.ts';
import { addName, requireInput, writeOver } from '../columns.ts';
import type { CompileNode } from '../define.ts';
import { inOrderOf, mayReorder, numberRows } from '../row-position.ts';
import type { MutateConfig } from './definition.ts';

export const compile: CompileNode<MutateConfig> = ({ config, inputs }) => {
  const input = requireInput(inputs, 'input');
  const taken = new Set<string>();
  const written = config.columns.map(({ name, expression }, index) => {
    addName(taken, name, ['columns', index, 'name']);
    return { name, expression: userExpression(expression, ['columns', index, 'expression']) };
  });
  const columns = writeOver(input.schema, written);
  const reordered = config.columns.some(({ expression }) => mayReorder(expression));
  const { relation, position } = numberRows(input, reordered, [...taken]);
  if (position === null) return { op: 'project', input: relation, columns };
  const numbered = [...columns, { name: position, expression: column(position) }];
  return inOrderOf(
    position,
    { op: 'project', input: relation, columns: numbered },
    columns.map(({ name }) => name),
  );
};

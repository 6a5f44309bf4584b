import { userExpression } from '../../sql/expression.ts';
import type { Relation } from '../../sql/relation.ts';
import { requireInput } from '../columns.ts';
import type { CompileNode } from '../define.ts';
import { inOrderOf, mayReorder, numberRows } from '../row-position.ts';
import type { FilterConfig } from './definition.ts';

export const compile: CompileNode<FilterConfig> = ({ config, inputs }) => {
  const input = requireInput(inputs, 'input');
  const { relation, position } = numberRows(input, mayReorder(config.condition));
  const kept: Relation = {
    op: 'filter',
    input: relation,
    condition: userExpression(config.condition, ['condition']),
  };
  return position === null
    ? kept
    : inOrderOf(
        position,
        kept,
        input.schema.map(({ name }) => name),
      );
};

import { userExpression } from '../../sql/expression.ts';
import { addName, requireInput, writeOver } from '../columns.ts';
import type { CompileNode } from '../define.ts';
import type { MutateConfig } from './definition.ts';

export const compile: CompileNode<MutateConfig> = ({ config, inputs }) => {
  const { schema } = requireInput(inputs, 'input');
  const taken = new Set<string>();
  const written = config.columns.map(({ name, expression }, index) => {
    addName(taken, name, ['columns', index, 'name']);
    return { name, expression: userExpression(expression, ['columns', index, 'expression']) };
  });
  return { op: 'project', input: { op: 'input', port: 'input' }, columns: writeOver(schema, written) };
};

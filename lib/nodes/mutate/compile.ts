import { column, userExpression } from '../../sql/expression.ts';
import type { Projection } from '../../sql/relation.ts';
import { addName, requireInput } from '../columns.ts';
import type { CompileNode } from '../define.ts';
import type { MutateConfig } from './definition.ts';

/** A column that is written anew keeps its place and spelling; the others follow in the order of the config. */
export const compile: CompileNode<MutateConfig> = ({ config, inputs }) => {
  const { schema } = requireInput(inputs, 'input');
  const taken = new Set<string>();
  const written = new Map<string, Projection>();
  for (const [index, { name, expression }] of config.columns.entries()) {
    addName(taken, name, ['columns', index, 'name']);
    written.set(name.toLowerCase(), {
      name,
      expression: userExpression(expression, ['columns', index, 'expression']),
    });
  }
  const columns: Projection[] = schema.map(({ name }) => {
    const replacement = written.get(name.toLowerCase());
    written.delete(name.toLowerCase());
    return { name, expression: replacement?.expression ?? column(name) };
  });
  return { op: 'project', input: { op: 'input', port: 'input' }, columns: [...columns, ...written.values()] };
};

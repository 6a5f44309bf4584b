import type { CompileNode } from '../define.ts';
import { userExpression } from '../../sql/expression.ts';
import type { FilterConfig } from './definition.ts';

export const compile: CompileNode<FilterConfig> = ({ config }) => ({
  op: 'filter',
  input: { op: 'input', port: 'input' },
  condition: userExpression(config.condition, ['condition']),
});

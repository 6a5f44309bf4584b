import { requireInput } from '../columns.ts';
import type { CompileNode } from '../define.ts';
import { sortKeys } from '../sorting.ts';
import type { OrderConfig } from './definition.ts';

export const compile: CompileNode<OrderConfig> = ({ config, inputs }) => ({
  op: 'sort',
  input: { op: 'input', port: 'input' },
  keys: sortKeys(config.by, requireInput(inputs, 'input').schema, ['by']),
});

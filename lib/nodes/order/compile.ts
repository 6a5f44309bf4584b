import { requireInput } from '../columns.ts';
import type { CompileNode } from '../define.ts';
import { allColumns, sortKeys } from '../sorting.ts';
import type { OrderConfig } from './definition.ts';

/**
 * Rows that sort equal stay as they came, or are sorted by all their columns where they came in no promised order: so
 * that the first ten are the same ten each time.
 */
export const compile: CompileNode<OrderConfig> = ({ config, inputs }) => {
  const { schema, ordered } = requireInput(inputs, 'input');
  const keys = sortKeys(config.by, schema, ['by']);
  const input = { op: 'input', port: 'input' } as const;
  if (ordered === false) return { op: 'sort', input, keys: [...keys, ...allColumns(schema)] };
  return { op: 'sort', input, keys, stable: schema.map(({ name }) => name) };
};

import { requireInput } from '../columns.ts';
import type { CompileNode } from '../define.ts';
import { allColumns, sortKeys } from '../sorting.ts';
import type { OrderConfig } from './definition.ts';

/** Rows that sort equal are sorted by all their other columns, so that the first ten are the same ten each time. */
export const compile: CompileNode<OrderConfig> = ({ config, inputs }) => {
  const { schema } = requireInput(inputs, 'input');
  const keys = sortKeys(config.by, schema, ['by']);
  const decided = new Set(config.by.map((item) => item.column.toLowerCase()));
  const others = schema.filter(({ name }) => !decided.has(name.toLowerCase()));
  return { op: 'sort', input: { op: 'input', port: 'input' }, keys, ties: allColumns(others) };
};

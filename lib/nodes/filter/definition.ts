import { z } from 'zod';
import { defineNode } from '../define.ts';
import { sqlExpression } from '../fields.ts';

export const filterConfig = z.strictObject({
  condition: sqlExpression({
    label: 'Keep rows where',
    help: 'A SQL condition over the input columns. Rows for which it is false or NULL are left out.',
    placeholder: "amount > 100 AND region = 'North'",
    port: 'input',
  }),
});
export type FilterConfig = z.infer<typeof filterConfig>;

export const definition = defineNode<FilterConfig>({
  type: 'filter',
  version: 1,
  kind: 'transform',
  title: 'Filter',
  description: 'Keeps the rows that meet a condition.',
  icon: 'funnel',
  keywords: ['where', 'condition', 'rows', 'exclude', 'remove'],
  config: filterConfig,
  initial: { condition: '' },
  inputs: [{ name: 'input', label: 'Rows', required: true }],
  outputs: [{ name: 'output', label: 'Rows' }],
  summary: ({ condition }) => condition,
  rows: () => 'fewer',
  order: () => 'keeps',
});

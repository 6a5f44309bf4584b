import { z } from 'zod';
import { defineNode } from '../define.ts';
import { field, newColumnName, sqlExpression } from '../fields.ts';

export const mutateConfig = z.strictObject({
  columns: field(
    z
      .array(
        z.strictObject({
          name: newColumnName({
            label: 'Column',
            help: 'A new name adds a column, an existing one replaces its values.',
          }),
          expression: sqlExpression({ label: 'Value', placeholder: 'price * quantity', port: 'input' }),
        }),
      )
      .min(1, 'write at least one column')
      .max(1000),
    { label: 'Columns', help: 'Every expression sees the input, not the other new columns.' },
  ),
});
export type MutateConfig = z.infer<typeof mutateConfig>;

export const definition = defineNode<MutateConfig>({
  type: 'mutate',
  version: 1,
  kind: 'transform',
  title: 'Calculate',
  description: 'Adds columns or replaces their values by expressions.',
  icon: 'calculator',
  keywords: ['mutate', 'formula', 'derive', 'compute', 'add column', 'expression'],
  config: mutateConfig,
  initial: { columns: [{ name: '', expression: '' }] },
  inputs: [{ name: 'input', label: 'Rows', required: true }],
  outputs: [{ name: 'output', label: 'Rows' }],
  summary: ({ columns }) => columns.map(({ name, expression }) => `${name} = ${expression}`).join(', '),
  rows: () => 'same',
  order: () => 'keeps',
});

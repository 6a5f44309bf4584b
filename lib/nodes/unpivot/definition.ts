import { z } from 'zod';
import { defineNode } from '../define.ts';
import { columnNames, field, newColumnName } from '../fields.ts';

export const unpivotConfig = z.strictObject({
  columns: columnNames({
    label: 'Columns to rows',
    help: 'Each gives a row of its own: its name and its value.',
    port: 'input',
  }).min(1, 'choose at least one column'),
  nameColumn: newColumnName({ label: 'Column for the names' }).default('name'),
  valueColumn: newColumnName({ label: 'Column for the values' }).default('value'),
  keepNulls: field(z.boolean().default(false), {
    label: 'Keep empty values',
    help: 'Otherwise a missing value gives no row.',
  }),
});
export type UnpivotConfig = z.infer<typeof unpivotConfig>;

export const definition = defineNode<UnpivotConfig>({
  type: 'unpivot',
  version: 1,
  kind: 'transform',
  title: 'Unpivot',
  description: 'Turns columns into rows of names and values.',
  icon: 'rows-3',
  keywords: ['melt', 'long', 'gather', 'reshape', 'stack'],
  config: unpivotConfig,
  initial: { columns: [], nameColumn: 'name', valueColumn: 'value' },
  inputs: [{ name: 'input', label: 'Rows', required: true }],
  outputs: [{ name: 'output', label: 'Rows' }],
  summary: ({ columns, nameColumn, valueColumn }) => `${columns.join(', ')} → ${nameColumn}, ${valueColumn}`,
  rows: () => 'any',
  order: () => 'none',
});

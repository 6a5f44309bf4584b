import { z } from 'zod';
import { defineNode } from '../define.ts';
import { columnName, columnNames, field, newColumnName } from '../fields.ts';

const selectedColumn = z.strictObject({
  from: columnName({ label: 'Column', port: 'input' }),
  as: newColumnName({ label: 'New name', help: 'Keeps its name when empty.' }).optional(),
  type: field(z.string().trim().min(1).max(2000).optional(), {
    label: 'Type',
    help: 'Casts the column. A value that does not fit fails the run.',
    placeholder: 'DECIMAL(18,2)',
  }),
});

export const selectConfig = z
  .strictObject({
    columns: field(z.array(selectedColumn).min(1, 'choose at least one column').max(5000).optional(), {
      label: 'Columns',
      help: 'Only these, in this order.',
    }),
    drop: columnNames({ label: 'Drop', help: 'Every column but these.', port: 'input' })
      .min(1, 'choose at least one column')
      .optional(),
  })
  .refine(({ columns, drop }) => (columns === undefined) !== (drop === undefined), {
    message: 'either `columns` to keep or `drop` to leave out, one of the two',
  });
export type SelectConfig = z.infer<typeof selectConfig>;

export const definition = defineNode<SelectConfig>({
  type: 'select',
  version: 1,
  kind: 'transform',
  title: 'Select columns',
  description: 'Picks, drops, renames, reorders and casts columns.',
  icon: 'columns-3',
  keywords: ['rename', 'cast', 'type', 'drop', 'reorder', 'project', 'columns'],
  config: selectConfig,
  initial: { columns: [] },
  inputs: [{ name: 'input', label: 'Rows', required: true }],
  outputs: [{ name: 'output', label: 'Rows' }],
  summary: ({ columns, drop }) =>
    drop
      ? `all but ${drop.join(', ')}`
      : (columns ?? []).map(({ from, as }) => (as && as !== from ? `${from} → ${as}` : from)).join(', '),
  rows: () => 'same',
  order: () => 'keeps',
});

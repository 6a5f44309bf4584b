import { z } from 'zod';
import { defineNode } from '../define.ts';
import { columnNames, field, newColumnName, sqlExpression } from '../fields.ts';
import { sortItemSchema } from '../sorting.ts';

const windowColumn = z.strictObject({
  name: newColumnName({
    label: 'Column',
    help: 'A new name adds a column, an existing one replaces its values.',
  }),
  expression: sqlExpression({
    label: 'Value',
    help: 'A window or aggregate function, such as row_number(), lag(price) or amount / sum(amount). OVER (…) is added to it.',
    placeholder: 'sum(amount)',
    window: true,
    port: 'input',
  }),
  partitionBy: columnNames({ label: 'Start anew for each', port: 'input' }).optional(),
  orderBy: field(z.array(sortItemSchema).max(20).optional(), { label: 'In the order of', port: 'input' }),
  frame: field(z.string().trim().max(300).optional(), {
    label: 'Frame',
    help: 'Which rows around the current one count.',
    placeholder: 'ROWS BETWEEN 6 PRECEDING AND CURRENT ROW',
  }),
});

export const windowConfig = z.strictObject({
  columns: field(z.array(windowColumn).min(1, 'write at least one column').max(200), { label: 'Columns' }),
});
export type WindowConfig = z.infer<typeof windowConfig>;

export const definition = defineNode<WindowConfig>({
  type: 'window',
  version: 1,
  kind: 'transform',
  title: 'Window',
  description: 'Calculates over neighbouring rows: running totals, ranks, differences to the row before.',
  icon: 'chart-no-axes-gantt',
  keywords: ['rank', 'row number', 'running total', 'lag', 'lead', 'moving average', 'over', 'partition'],
  config: windowConfig,
  initial: { columns: [{ name: 'row', expression: 'row_number()' }] },
  inputs: [{ name: 'input', label: 'Rows', required: true }],
  outputs: [{ name: 'output', label: 'Rows' }],
  summary: ({ columns }) =>
    columns
      .map(
        ({ name, expression, partitionBy }) =>
          `${name} = ${expression}${partitionBy && partitionBy.length > 0 ? ` by ${partitionBy.join(', ')}` : ''}`,
      )
      .join('; '),
  rows: () => 'same',
  order: () => 'none',
  groups: ({ columns }) => {
    const [first, ...others] = columns.map(({ expression, partitionBy }) =>
      // An OVER of its own may have other partitions.
      /\bover\b/i.test(expression) ? [] : (partitionBy ?? []),
    );
    return (first ?? []).filter((name) => others.every((names) => names.includes(name)));
  },
});

import { z } from 'zod';
import { aggregationShape, aggregationWords } from '../aggregation.ts';
import { defineNode } from '../define.ts';
import { columnName, columnNames, field, newColumnName } from '../fields.ts';
import { usingOf } from './using.ts';

/** More columns than this are a mistake in the choice of the column, not a table. */
export const MAX_PIVOT_VALUES = 1000;

export const pivotConfig = z.strictObject({
  on: columnName({ label: 'Values to columns', help: 'Each of its values becomes a column.', port: 'input' }),
  using: field(
    z.union([
      z
        .array(
          z.strictObject({
            ...aggregationShape,
            as: newColumnName({ label: 'Name', help: 'Joined to the value: `2024_total`.' }).optional(),
          }),
        )
        .min(1, 'choose what to calculate')
        .max(50),
      z.string().trim().min(1).max(1000),
    ]),
    { label: 'Calculate', help: 'As in aggregate, or in short: sum(amount).' },
  ),
  groupBy: columnNames({
    label: 'Group by',
    help: 'One row for each combination. Without it: every column that is not used otherwise.',
    port: 'input',
  }).optional(),
  values: field(
    z
      .array(z.union([z.string().max(500), z.number(), z.boolean()]))
      .min(1)
      .max(MAX_PIVOT_VALUES)
      .optional(),
    {
      label: 'Values',
      help: 'Which values become columns, in this order. Without it they are read from the data first.',
    },
  ),
});
export type PivotConfig = z.infer<typeof pivotConfig>;

export const definition = defineNode<PivotConfig>({
  type: 'pivot',
  version: 1,
  kind: 'transform',
  title: 'Pivot',
  description: "Turns a column's values into columns.",
  icon: 'table-2',
  keywords: ['crosstab', 'wide', 'spread', 'reshape', 'columns'],
  config: pivotConfig,
  initial: { on: '', using: [{ function: 'count' }] },
  inputs: [{ name: 'input', label: 'Rows', required: true }],
  outputs: [{ name: 'output', label: 'Rows' }],
  summary: ({ on, using, groupBy }) =>
    `${typeof using === 'string' ? using : usingOf(using).map(aggregationWords).join(', ')} for each ${on}${groupBy && groupBy.length > 0 ? `, by ${groupBy.join(', ')}` : ''}`,
  rows: () => 'any',
  order: () => 'none',
  dependsOnValues: ({ on, values }) =>
    values === undefined ? { port: 'input', column: on, limit: MAX_PIVOT_VALUES } : null,
});

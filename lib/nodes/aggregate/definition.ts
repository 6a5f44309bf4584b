import { z } from 'zod';
import { aggregationShape, aggregationWords } from '../aggregation.ts';
import { defineNode } from '../define.ts';
import { columnNames, field, newColumnName } from '../fields.ts';

export const aggregateConfig = z
  .strictObject({
    groupBy: columnNames({
      label: 'Group by',
      help: 'One row for each combination of these. Without any, one row in all.',
      port: 'input',
    }).default([]),
    aggregations: field(
      z
        .array(z.strictObject({ ...aggregationShape, as: newColumnName({ label: 'Name' }) }))
        .max(1000)
        .default([]),
      { label: 'Calculate' },
    ),
  })
  .refine(({ groupBy, aggregations }) => groupBy.length + aggregations.length > 0, {
    message: 'group by a column, calculate something, or both',
  });
export type AggregateConfig = z.infer<typeof aggregateConfig>;

export const definition = defineNode<AggregateConfig>({
  type: 'aggregate',
  version: 1,
  kind: 'transform',
  title: 'Aggregate',
  description: 'Groups rows and calculates totals, averages and counts.',
  icon: 'sigma',
  keywords: ['group by', 'sum', 'count', 'average', 'total', 'summarise', 'median'],
  config: aggregateConfig,
  initial: { groupBy: [], aggregations: [{ function: 'count', as: 'rows' }] },
  inputs: [{ name: 'input', label: 'Rows', required: true }],
  outputs: [{ name: 'output', label: 'Rows' }],
  summary: ({ groupBy, aggregations }) => {
    const values = aggregations.map(aggregationWords).join(', ');
    return groupBy.length > 0 ? `by ${groupBy.join(', ')}${values ? `: ${values}` : ''}` : values;
  },
  rows: () => 'any',
  order: () => 'none',
  groups: ({ groupBy }) => groupBy,
});

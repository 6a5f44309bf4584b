import { z } from 'zod';
import { defineNode } from '../define.ts';
import { field } from '../fields.ts';
import { sortItemSchema, sortSummary } from '../sorting.ts';

export const orderConfig = z.strictObject({
  by: field(z.array(sortItemSchema).min(1, 'choose at least one column').max(100), {
    label: 'Sort by',
    help: 'The first column counts most.',
    port: 'input',
  }),
});
export type OrderConfig = z.infer<typeof orderConfig>;

export const definition = defineNode<OrderConfig>({
  type: 'order',
  version: 1,
  kind: 'transform',
  title: 'Order',
  description: 'Sorts the rows.',
  icon: 'arrow-up-down',
  keywords: ['sort', 'order by', 'rank', 'top'],
  config: orderConfig,
  initial: { by: [] },
  inputs: [{ name: 'input', label: 'Rows', required: true }],
  outputs: [{ name: 'output', label: 'Rows' }],
  summary: ({ by }) => sortSummary(by),
  rows: () => 'same',
  order: () => 'makes',
});

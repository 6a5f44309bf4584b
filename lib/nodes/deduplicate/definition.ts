import { z } from 'zod';
import { defineNode } from '../define.ts';
import { columnName, columnNames, field } from '../fields.ts';

const preference = z.strictObject({
  column: columnName({ label: 'Column', port: 'input' }),
  direction: field(z.enum(['asc', 'desc']).default('asc'), { label: 'Direction' }),
  nulls: field(z.enum(['first', 'last']).optional(), {
    label: 'Empty values',
    help: 'Rows without a value lose unless this says where they go.',
  }),
});

export const deduplicateConfig = z.strictObject({
  keys: columnNames({
    label: 'Same in',
    help: 'Rows that agree in these are duplicates. Without any: in all columns.',
    port: 'input',
  }).optional(),
  keep: field(z.enum(['first', 'last', 'none']).default('first'), {
    label: 'Keep',
    help: 'The first or the last of each set of duplicates; none drops every row that has a duplicate.',
  }),
  orderBy: field(z.array(preference).min(1).max(20).optional(), {
    label: 'In the order of',
    help: 'Says which row is first. Without it, the order of the input.',
  }),
});
export type DeduplicateConfig = z.infer<typeof deduplicateConfig>;

export const definition = defineNode<DeduplicateConfig>({
  type: 'deduplicate',
  version: 1,
  kind: 'transform',
  title: 'Deduplicate',
  description: 'Leaves one row of each set of duplicates, or none.',
  icon: 'copy-minus',
  keywords: ['distinct', 'unique', 'duplicates', 'latest', 'first'],
  config: deduplicateConfig,
  initial: { keep: 'first' },
  inputs: [{ name: 'input', label: 'Rows', required: true }],
  outputs: [{ name: 'output', label: 'Rows' }],
  summary: ({ keys, keep, orderBy }) => {
    const of = keys && keys.length > 0 ? ` of ${keys.join(', ')}` : ' of equal rows';
    const by = orderBy ? ` by ${orderBy.map(({ column }) => column).join(', ')}` : '';
    return keep === 'none'
      ? `only what is single${keys && keys.length > 0 ? ` in ${keys.join(', ')}` : ''}`
      : `${keep}${of}${by}`;
  },
  rows: () => 'fewer',
  order: () => 'none',
  groups: ({ keys }) => keys ?? [],
});

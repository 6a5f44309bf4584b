import { z } from 'zod';
import { defineNode } from '../define.ts';
import { field } from '../fields.ts';

export const unionConfig = z.strictObject({
  by: field(z.enum(['name', 'position']).default('name'), {
    label: 'Match columns by',
    help: 'name: a column that an input lacks is empty there. position: the first with the first, under the names of the first input.',
  }),
  distinct: field(z.boolean().default(false), { label: 'Leave out equal rows' }),
});
export type UnionConfig = z.infer<typeof unionConfig>;

export const definition = defineNode<UnionConfig>({
  type: 'union',
  version: 1,
  kind: 'transform',
  title: 'Union',
  description: 'Stacks the rows of several inputs.',
  icon: 'layers',
  keywords: ['append', 'stack', 'concat', 'combine', 'union all'],
  config: unionConfig,
  initial: {},
  inputs: [{ name: 'input', label: 'Tables', required: true, separate: true }],
  outputs: [{ name: 'output', label: 'Rows' }],
  summary: ({ by, distinct }) => `stacked by ${by}${distinct ? ', without equal rows' : ''}`,
  rows: () => 'any',
  order: () => 'none',
});

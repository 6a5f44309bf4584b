import { z } from 'zod';
import { defineNode } from '../define.ts';
import { columnName, field, newColumnName } from '../fields.ts';

export const unnestConfig = z.strictObject({
  column: columnName({
    label: 'Column',
    help: 'A list: each of its elements gets a row of its own.',
    port: 'input',
  }),
  as: newColumnName({ label: 'New name', help: 'Keeps its name when empty.' }).optional(),
  keepEmpty: field(z.boolean().default(false), {
    label: 'Keep rows with an empty list',
    help: 'Otherwise an empty or missing list gives no row.',
  }),
  spread: field(z.boolean().default(false), {
    label: 'Fields to columns',
    help: 'Where the elements are structs: one column for each field.',
  }),
});
export type UnnestConfig = z.infer<typeof unnestConfig>;

export const definition = defineNode<UnnestConfig>({
  type: 'unnest',
  version: 1,
  kind: 'transform',
  title: 'Unnest',
  description: 'Gives each element of a list a row of its own.',
  icon: 'unfold-vertical',
  keywords: ['explode', 'flatten', 'list', 'array', 'struct', 'nested', 'json'],
  config: unnestConfig,
  initial: { column: '' },
  inputs: [{ name: 'input', label: 'Rows', required: true }],
  outputs: [{ name: 'output', label: 'Rows' }],
  summary: ({ column, as }) => (as && as !== column ? `${column} → ${as}` : column),
  rows: () => 'any',
  order: () => 'keeps',
});

import { z } from 'zod';
import { defineNode } from '../define.ts';
import { columnName, field } from '../fields.ts';

const filledColumn = z
  .strictObject({
    column: columnName({ label: 'Column', port: 'input' }),
    with: field(z.enum(['value', 'mean', 'median', 'mode', 'forward', 'backward']), {
      label: 'Fill with',
      help: 'forward takes the last value above, backward the next below.',
    }),
    value: field(z.union([z.string().max(10_000), z.number(), z.boolean()]).optional(), { label: 'Value' }),
  })
  .superRefine(({ with: how, value }, context) => {
    if (how === 'value' && value === undefined)
      context.addIssue({ code: 'custom', path: ['value'], message: 'write the value to fill in' });
    if (how !== 'value' && value !== undefined)
      context.addIssue({ code: 'custom', path: ['value'], message: `has no effect with ${how}` });
  });

export const fillMissingConfig = z.strictObject({
  columns: field(z.array(filledColumn).min(1, 'choose at least one column').max(1000), { label: 'Columns' }),
});
export type FillMissingConfig = z.infer<typeof fillMissingConfig>;

export const definition = defineNode<FillMissingConfig>({
  type: 'fill-missing',
  version: 1,
  kind: 'transform',
  title: 'Fill missing',
  description: 'Puts values where there are none.',
  icon: 'paint-bucket',
  keywords: ['null', 'impute', 'coalesce', 'default', 'forward fill', 'mean', 'empty'],
  config: fillMissingConfig,
  initial: { columns: [] },
  inputs: [{ name: 'input', label: 'Rows', required: true }],
  outputs: [{ name: 'output', label: 'Rows' }],
  summary: ({ columns }) =>
    columns
      .map(({ column, with: how, value }) => `${column}: ${how === 'value' ? String(value) : how}`)
      .join(', '),
  rows: () => 'same',
  order: () => 'keeps',
});

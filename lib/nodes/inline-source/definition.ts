import { z } from 'zod';
import { defineNode } from '../define.ts';
import { field } from '../fields.ts';

export const inlineSourceConfig = z.strictObject({
  format: field(z.enum(['csv', 'json']).default('csv'), { label: 'Format' }),
  content: field(z.string().min(1, 'write some rows').max(1_000_000), {
    meaning: 'content',
    label: 'Rows',
    help: 'CSV with a header line, or a JSON array of objects.',
    placeholder: 'region_id,region\n1,North\n2,South',
  }),
});
export type InlineSourceConfig = z.infer<typeof inlineSourceConfig>;

export const definition = defineNode<InlineSourceConfig>({
  type: 'inline-source',
  version: 1,
  kind: 'source',
  title: 'Inline rows',
  description: 'A small table written in the pipeline itself.',
  icon: 'table-properties',
  keywords: ['constant', 'lookup', 'csv', 'json', 'paste', 'manual', 'values'],
  config: inlineSourceConfig,
  initial: { format: 'csv', content: 'id,name\n1,North\n2,South\n' },
  inputs: [],
  outputs: [{ name: 'output', label: 'Rows' }],
  summary: ({ format, content }) => (format === 'csv' ? (content.split('\n')[0] ?? '').trim() : 'JSON rows'),
  rows: () => 'source',
  order: () => 'makes',
});

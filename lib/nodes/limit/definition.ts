import { z } from 'zod';
import { defineNode } from '../define.ts';
import { field } from '../fields.ts';

const rowCount = z.number().int('a whole number').min(0, 'not below 0').max(Number.MAX_SAFE_INTEGER);

export const limitConfig = z.strictObject({
  count: field(rowCount, { label: 'Rows', help: 'At most this many rows come out.' }),
  offset: field(rowCount.default(0), { label: 'Skip', help: 'Rows to pass over first.' }),
});
export type LimitConfig = z.infer<typeof limitConfig>;

export const definition = defineNode<LimitConfig>({
  type: 'limit',
  version: 1,
  kind: 'transform',
  title: 'Limit',
  description: 'Keeps the first rows.',
  icon: 'list-end',
  keywords: ['top', 'first', 'head', 'offset', 'skip'],
  config: limitConfig,
  initial: { count: 100 },
  inputs: [{ name: 'input', label: 'Rows', required: true }],
  outputs: [{ name: 'output', label: 'Rows' }],
  summary: ({ count, offset }) =>
    offset > 0 ? `${count} rows after the first ${offset}` : `the first ${count} rows`,
  rows: () => 'fewer',
  order: () => 'keeps',
});

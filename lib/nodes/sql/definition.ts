import { z } from 'zod';
import { defineNode } from '../define.ts';
import { sqlQuery } from '../fields.ts';

export const sqlConfig = z.strictObject({
  query: sqlQuery({
    label: 'Query',
    help: 'One SELECT. Tables: `input` (all inputs merged), each input by its node id, `master.<id>` for master data.',
    placeholder: 'SELECT region, sum(amount) AS revenue FROM input GROUP BY region',
    port: 'input',
  }),
});
export type SqlConfig = z.infer<typeof sqlConfig>;

export const definition = defineNode<SqlConfig>({
  type: 'sql',
  version: 1,
  kind: 'transform',
  title: 'SQL',
  description: 'Runs one SELECT over its inputs and the master data.',
  icon: 'database-zap',
  keywords: ['query', 'select', 'duckdb', 'custom'],
  config: sqlConfig,
  initial: { query: 'SELECT * FROM input' },
  inputs: [{ name: 'input', label: 'Tables', required: false, separate: true }],
  outputs: [{ name: 'output', label: 'Rows' }],
  summary: ({ query }) => query.replaceAll(/\s+/g, ' ').trim(),
  rows: () => 'any',
  // Only a query whose outermost level has an ORDER BY makes an order; the guard finds that out (CheckedText.ordered).
  order: () => 'none',
});

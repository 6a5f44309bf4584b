import { z } from 'zod';
import { codeShape, codeSummary, codeText } from '../code-config.ts';
import { defineNode } from '../define.ts';

export const mapConfig = z.strictObject({
  code: codeText({
    label: 'Code',
    help: 'The body of a function of row, index and params. Return a row, an array of rows, or null to leave the row out.',
    placeholder: 'return { ...row, total: row.price * row.quantity };',
  }),
  ...codeShape,
});
export type MapConfig = z.infer<typeof mapConfig>;

export const definition = defineNode<MapConfig>({
  type: 'map',
  version: 1,
  kind: 'code',
  title: 'Map rows',
  description: 'Runs JavaScript on each row, in a sandbox, in batches of any number.',
  icon: 'square-function',
  keywords: ['code', 'row', 'function', 'script', 'flat map', 'transform', 'js', 'javascript'],
  config: mapConfig,
  initial: { code: 'return row;' },
  inputs: [{ name: 'input', label: 'Rows', required: true }],
  outputs: [{ name: 'output', label: 'Rows' }],
  summary: ({ code }) => codeSummary(code),
  rows: () => 'any',
  order: () => 'keeps',
});

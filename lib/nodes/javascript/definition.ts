import { z } from 'zod';
import { codeShape, codeSummary, codeText } from '../code-config.ts';
import { defineNode } from '../define.ts';

export const javascriptConfig = z.strictObject({
  code: codeText({
    label: 'Code',
    help: 'The body of an async function of df (a Danfo.js DataFrame), inputs (by node id), params and dfd. Return a DataFrame or an array of rows.',
    placeholder: "const total = df.groupby(['region']).agg({ amount: 'sum' });\nreturn total;",
  }),
  ...codeShape,
});
export type JavascriptConfig = z.infer<typeof javascriptConfig>;

export const definition = defineNode<JavascriptConfig>({
  type: 'javascript',
  version: 1,
  kind: 'code',
  title: 'JavaScript',
  description: 'Works on whole tables as Danfo.js DataFrames, in a sandbox.',
  icon: 'braces',
  keywords: ['code', 'dataframe', 'danfo', 'script', 'custom', 'js'],
  config: javascriptConfig,
  initial: { code: 'return df;' },
  inputs: [{ name: 'input', label: 'DataFrames', required: true, separate: true }],
  outputs: [{ name: 'output', label: 'Rows' }],
  summary: ({ code }) => codeSummary(code),
  rows: () => 'any',
  order: () => 'none',
});

import { z } from 'zod';
import { defineNode } from '../define.ts';
import { field } from '../fields.ts';

export const sampleConfig = z
  .strictObject({
    rows: field(z.number().int('a whole number').min(0).max(100_000_000).optional(), {
      label: 'Rows',
      help: 'Exactly this many, or all if there are fewer.',
    }),
    percent: field(z.number().min(0).max(100).optional(), {
      label: 'Percent',
      help: 'About this share: each row has the same chance.',
    }),
    seed: field(z.number().int('a whole number').min(0).max(4_294_967_295).default(1), {
      label: 'Seed',
      help: 'Another seed draws other rows.',
    }),
  })
  .refine(({ rows, percent }) => (rows === undefined) !== (percent === undefined), {
    message: 'either `rows` or `percent`, one of the two',
  });
export type SampleConfig = z.infer<typeof sampleConfig>;

export const definition = defineNode<SampleConfig>({
  type: 'sample',
  version: 1,
  kind: 'transform',
  title: 'Sample',
  description: 'Draws rows at random, the same ones each time.',
  icon: 'dices',
  keywords: ['random', 'subset', 'percent', 'seed', 'draw'],
  config: sampleConfig,
  initial: { rows: 1000 },
  inputs: [{ name: 'input', label: 'Rows', required: true }],
  outputs: [{ name: 'output', label: 'Rows' }],
  summary: ({ rows, percent }) =>
    rows === undefined ? `about ${percent ?? 100} % of the rows` : `${rows} random rows`,
  rows: () => 'fewer',
  order: () => 'none',
});

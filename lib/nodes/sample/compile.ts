import { requireInput } from '../columns.ts';
import type { CompileNode } from '../define.ts';
import type { SampleConfig } from './definition.ts';

export const compile: CompileNode<SampleConfig> = ({ config, inputs }) => {
  const { schema, ordered } = requireInput(inputs, 'input');
  return {
    op: 'sample',
    input: { op: 'input', port: 'input' },
    columns: schema.map(({ name }) => name),
    by: ordered === false ? 'content' : 'position',
    ...(config.rows === undefined ? { percent: config.percent ?? 100 } : { rows: config.rows }),
    seed: config.seed,
  };
};

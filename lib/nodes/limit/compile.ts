import type { CompileNode } from '../define.ts';
import type { LimitConfig } from './definition.ts';

export const compile: CompileNode<LimitConfig> = ({ config }) => ({
  op: 'limit',
  input: { op: 'input', port: 'input' },
  count: config.count,
  offset: config.offset,
});

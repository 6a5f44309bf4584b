import type { CompileNode } from '../define.ts';
import type { Relation } from '../../sql/relation.ts';
import type { SqlConfig } from './definition.ts';

export const compile: CompileNode<SqlConfig> = ({ config, inputs }) => {
  const tables: Record<string, Relation> = {};
  const input = inputs.input;
  if (input) {
    tables.input = { op: 'input', port: 'input' };
    for (const { alias } of input.parts) tables[alias] = { op: 'input', port: 'input', part: alias };
  }
  return { op: 'query', query: { kind: 'user', text: config.query, form: 'query', path: ['query'] }, tables };
};

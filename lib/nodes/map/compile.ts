import { codeRelation } from '../code-config.ts';
import { requireType } from '../columns.ts';
import type { CompileNode } from '../define.ts';
import type { MapConfig } from './definition.ts';

export const compile: CompileNode<MapConfig> = ({ config }) => {
  const columns = config.columns?.map(({ name, type }, index) => ({
    name,
    type: requireType(type, ['columns', index, 'type']),
  }));
  return codeRelation('rows', { ...config, columns }, [
    { name: null, relation: { op: 'input', port: 'input' } },
  ]);
};

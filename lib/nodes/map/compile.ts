import { codeRelation } from '../code-config.ts';
import type { CompileNode } from '../define.ts';
import type { MapConfig } from './definition.ts';

export const compile: CompileNode<MapConfig> = ({ config }) =>
  codeRelation('rows', config, [{ name: null, relation: { op: 'input', port: 'input' } }]);

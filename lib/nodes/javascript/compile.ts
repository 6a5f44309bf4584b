import { codeRelation } from '../code-config.ts';
import { requireType } from '../columns.ts';
import type { CompileNode } from '../define.ts';
import type { CodeRelation } from '../../sql/relation.ts';
import type { JavascriptConfig } from './definition.ts';

/** Only what the code names is handed over: inputs that do not merge may still be used one by one. */
export const compile: CompileNode<JavascriptConfig> = ({ config, inputs }) => {
  const tables: CodeRelation['tables'] = [];
  if (/\bdf\b/.test(config.code)) tables.push({ name: null, relation: { op: 'input', port: 'input' } });
  if (/\binputs\b/.test(config.code)) {
    for (const { alias } of inputs.input?.parts ?? [])
      tables.push({ name: alias, relation: { op: 'input', port: 'input', part: alias } });
  }
  const columns = config.columns?.map(({ name, type }, index) => ({
    name,
    type: requireType(type, ['columns', index, 'type']),
  }));
  return codeRelation('frame', { ...config, columns }, tables);
};

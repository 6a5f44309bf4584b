import { AppError } from '../../errors/app-error.ts';
import { column } from '../../sql/expression.ts';
import { unifyTypes, widen } from '../../sql/unify.ts';
import { addName, requireColumn, requireInput } from '../columns.ts';
import type { CompileNode } from '../define.ts';
import type { UnpivotConfig } from './definition.ts';

export const compile: CompileNode<UnpivotConfig> = ({ config, inputs }) => {
  const { schema } = requireInput(inputs, 'input');
  const chosen = new Set<string>();
  const columns = config.columns.map((name, index) => {
    const found = requireColumn(schema, name, ['columns', index]);
    addName(chosen, found.name, ['columns', index]);
    return found;
  });
  const type = unifyTypes(columns.map((one) => one.type));
  if (type === null) {
    throw new AppError(
      'types-do-not-unify',
      `No type holds ${columns.map((one) => `"${one.name}" (${one.type})`).join(' and ')} without loss`,
      {
        hint: 'Cast them to one type in a select node before.',
        place: { path: ['columns'] },
      },
    );
  }
  const keep = schema.map(({ name }) => name).filter((name) => !chosen.has(name.toLowerCase()));
  const taken = new Set(keep.map((name) => name.toLowerCase()));
  addName(taken, config.nameColumn, ['nameColumn']);
  addName(taken, config.valueColumn, ['valueColumn']);
  return {
    op: 'unpivot',
    input: { op: 'input', port: 'input' },
    keep,
    columns: columns.map((one) => ({ name: one.name, expression: widen(column(one.name), one.type, type) })),
    nameColumn: config.nameColumn,
    valueColumn: config.valueColumn,
    keepNulls: config.keepNulls,
  };
};

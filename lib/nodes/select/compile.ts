import { AppError } from '../../errors/app-error.ts';
import { column, type Expression } from '../../sql/expression.ts';
import type { Projection } from '../../sql/relation.ts';
import type { Schema } from '../../sql/schema.ts';
import { addName, requireColumn, requireInput, requireType } from '../columns.ts';
import type { CompileNode } from '../define.ts';
import type { SelectConfig } from './definition.ts';

export const compile: CompileNode<SelectConfig> = ({ config, inputs }) => {
  const { schema } = requireInput(inputs, 'input');
  return {
    op: 'project',
    input: { op: 'input', port: 'input' },
    columns: config.drop ? allBut(config.drop, schema) : picked(config.columns ?? [], schema),
  };
};

function allBut(drop: readonly string[], schema: Schema): Projection[] {
  const dropped = new Set(drop.map((name, index) => requireColumn(schema, name, ['drop', index]).name));
  const kept = schema.filter(({ name }) => !dropped.has(name));
  if (kept.length === 0) {
    throw new AppError('no-columns-left', 'No column would be left', {
      hint: 'Keep at least one.',
      place: { path: ['drop'] },
    });
  }
  return kept.map(({ name }) => ({ name, expression: column(name) }));
}

function picked(columns: NonNullable<SelectConfig['columns']>, schema: Schema): Projection[] {
  const taken = new Set<string>();
  return columns.map(({ from, as, type }, index) => {
    const source = requireColumn(schema, from, ['columns', index, 'from']);
    const name = as ?? source.name;
    addName(taken, name, ['columns', index, as === undefined ? 'from' : 'as']);
    const value = column(source.name);
    const expression: Expression =
      type === undefined
        ? value
        : { kind: 'cast', operand: value, type: requireType(type, ['columns', index, 'type']) };
    return { name, expression };
  });
}

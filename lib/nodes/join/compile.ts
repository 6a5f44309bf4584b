import { AppError } from '../../errors/app-error.ts';
import { call, column } from '../../sql/expression.ts';
import type { JoinKey, Projection } from '../../sql/relation.ts';
import type { Schema } from '../../sql/schema.ts';
import { familyOf } from '../../sql/types.ts';
import { freeName, namesOf, requireColumn, requireInput } from '../columns.ts';
import type { CompileNode } from '../define.ts';
import type { JoinConfig } from './definition.ts';

export const compile: CompileNode<JoinConfig> = ({ config, inputs }) => {
  const left = requireInput(inputs, 'left').schema;
  const right = requireInput(inputs, 'right').schema;
  const on = config.on.map((key, index) => checkedKey(key, index, left, right));
  return {
    op: 'join',
    how: config.how,
    left: { op: 'input', port: 'left' },
    right: { op: 'input', port: 'right' },
    on,
    columns:
      config.how === 'semi' || config.how === 'anti'
        ? leftOnly(left)
        : outputColumns(config.how, on, left, right),
    ...(config.keepUnmatched ? { keepUnmatched: true } : {}),
  };
};

function checkedKey(key: JoinKey, index: number, left: Schema, right: Schema): JoinKey {
  const a = requireColumn(left, key.left, ['on', index, 'left']);
  const b = requireColumn(right, key.right, ['on', index, 'right']);
  if (familyOf(a.type) !== familyOf(b.type)) {
    throw new AppError(
      'join-key-types',
      `"${a.name}" is ${a.type} and "${b.name}" is ${b.type}: they cannot be compared`,
      {
        hint: 'Cast one of them in a select node before.',
        place: { path: ['on', index] },
      },
    );
  }
  return { left: a.name, right: b.name, operator: key.operator };
}

function leftOnly(left: Schema): Projection[] {
  return left.map(({ name }) => ({ name, expression: column(name, 'left') }));
}

/**
 * Left's columns, then right's. A key of equal name on both sides appears once, with the value of the side that has
 * one; any other name that left has too gets `_right`.
 */
function outputColumns(
  how: JoinConfig['how'],
  on: readonly JoinKey[],
  left: Schema,
  right: Schema,
): Projection[] {
  const shared = new Map(on.filter(isShared).map((key) => [key.left, key.right]));
  const dropped = new Set(shared.values());
  const rest = right.filter(({ name }) => !dropped.has(name));
  const leftNames = namesOf(left);
  const taken = new Set([
    ...leftNames,
    ...namesOf(rest.filter(({ name }) => !leftNames.has(name.toLowerCase()))),
  ]);
  return [
    ...left.map(({ name }) => ({ name, expression: keyValue(how, name, shared.get(name)) })),
    ...rest.map(({ name }) => ({
      name: leftNames.has(name.toLowerCase()) ? freeName(taken, `${name}_right`) : name,
      expression: column(name, 'right'),
    })),
  ];
}

function isShared(key: JoinKey): boolean {
  return (
    (key.operator === '=' || key.operator === 'is not distinct from') &&
    key.left.toLowerCase() === key.right.toLowerCase()
  );
}

/** Only a right or full join has rows in which left's key is missing. */
function keyValue(how: JoinConfig['how'], left: string, right: string | undefined): Projection['expression'] {
  const value = column(left, 'left');
  return right !== undefined && (how === 'right' || how === 'full')
    ? call('coalesce', value, column(right, 'right'))
    : value;
}

import { AppError } from '../../errors/app-error.ts';
import { call, column, type Expression, literal } from '../../sql/expression.ts';
import type { Projection, Relation } from '../../sql/relation.ts';
import type { Column } from '../../sql/schema.ts';
import { familyOf, integerBits } from '../../sql/types.ts';
import {
  addName,
  type ConfigPath,
  requireColumn,
  requireInput,
  requireNumber,
  writeOver,
} from '../columns.ts';
import type { CompileNode } from '../define.ts';
import { byPosition, inOrderOf, numberRows } from '../row-position.ts';
import type { FillMissingConfig } from './definition.ts';

type Fill = FillMissingConfig['columns'][number];

export const compile: CompileNode<FillMissingConfig> = ({ config, inputs }) => {
  const input = requireInput(inputs, 'input');
  const { schema } = input;
  // Windows hand rows on in any order, so that the input's has to be made again.
  const numbered = numberRows(
    input,
    config.columns.some((fill) => fill.with !== 'value'),
  );
  const taken = new Set<string>();
  const written: Projection[] = config.columns.map((fill, index) => {
    const source = requireColumn(schema, fill.column, ['columns', index, 'column']);
    addName(taken, source.name, ['columns', index, 'column']);
    return {
      name: source.name,
      expression: filled(fill, source, { position: numbered.position, path: ['columns', index] }),
    };
  });
  const columns = writeOver(schema, written);
  const { position } = numbered;
  if (position === null) return { op: 'project', input: numbered.relation, columns };
  const withPosition: Relation = {
    op: 'project',
    input: numbered.relation,
    columns: [...columns, { name: position, expression: column(position) }],
  };
  return inOrderOf(
    position,
    withPosition,
    schema.map(({ name }) => name),
  );
};

interface FillContext {
  position: string | null;
  path: ConfigPath;
}

function filled(fill: Fill, source: Column, context: FillContext): Expression {
  return call('coalesce', column(source.name), replacement(fill, source, context));
}

function replacement(fill: Fill, source: Column, { position, path }: FillContext): Expression {
  const value = column(source.name);
  switch (fill.with) {
    case 'value':
      return constant(fill.value ?? null, source, [...path, 'value']);
    case 'mean':
    case 'median': {
      requireNumber(source, fill.with, [...path, 'column']);
      const middle: Expression = {
        kind: 'window',
        call: call(fill.with === 'mean' ? 'avg' : 'median', value),
        partitionBy: [],
        orderBy: [],
      };
      // The middle of whole numbers need not be one: the column becomes DOUBLE. Any other type keeps its own.
      return {
        kind: 'cast',
        operand: middle,
        type: integerBits(source.type) === null ? source.type : 'DOUBLE',
      };
    }
    case 'mode': {
      // Of several values that are equally frequent, the smallest.
      const mode: Expression = {
        kind: 'call',
        name: 'mode',
        args: [value],
        orderBy: [{ expression: value, direction: 'asc', nulls: 'last' }],
      };
      return { kind: 'window', call: mode, partitionBy: [], orderBy: [] };
    }
    case 'forward':
    case 'backward':
      return neighbour(fill.with, value, { position, path });
  }
}

function neighbour(
  way: 'forward' | 'backward',
  value: Expression,
  { position, path }: FillContext,
): Expression {
  if (position === null) {
    throw new AppError('order-needed', `Filling ${way} needs rows in an order, and the input promises none`, {
      hint: 'Put an order node before.',
      place: { path: [...path, 'with'] },
    });
  }
  return {
    kind: 'window',
    call: call(way === 'forward' ? 'last_value' : 'first_value', value),
    ignoreNulls: true,
    partitionBy: [],
    orderBy: [byPosition(position)],
    frame:
      way === 'forward'
        ? 'ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW'
        : 'ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING',
  };
}

function constant(value: string | number | boolean | null, source: Column, path: ConfigPath): Expression {
  const family = familyOf(source.type);
  const isNumber =
    typeof value === 'number' ||
    (typeof value === 'string' && /^\s*[-+]?\d+(\.\d+)?(e[-+]?\d+)?\s*$/i.test(value));
  const fits =
    family === 'number'
      ? isNumber && (integerBits(source.type) === null || Number.isInteger(Number(value)))
      : family === 'boolean'
        ? typeof value === 'boolean' || /^(true|false)$/i.test(String(value))
        : true;
  if (!fits) {
    throw new AppError(
      'value-type',
      `${JSON.stringify(value)} is no ${source.type}, which "${source.name}" is`,
      { hint: 'Write a value of that type, or cast the column in a select node before.', place: { path } },
    );
  }
  return literal(String(value), source.type);
}

import { z } from 'zod';
import { AppError } from '../errors/app-error.ts';
import { call, column, type Expression, literal, type SortKey } from '../sql/expression.ts';
import type { Column, Schema } from '../sql/schema.ts';
import { familyOf, integerBits } from '../sql/types.ts';
import { allColumns, sortItemSchema, sortKeys } from './sorting.ts';
import { type ConfigPath, requireColumn, requireNumber } from './columns.ts';
import { columnName, field } from './fields.ts';

export const AGGREGATE_FUNCTIONS = [
  'count',
  'count_distinct',
  'sum',
  'avg',
  'min',
  'max',
  'median',
  'stddev',
  'first',
  'last',
  'list',
  'string_agg',
] as const;
export type AggregateFunction = (typeof AGGREGATE_FUNCTIONS)[number];

/** The keys that an aggregation has wherever it is written; its output name is each node's own affair. */
export const aggregationShape = {
  function: field(z.enum(AGGREGATE_FUNCTIONS), { label: 'Function' }),
  column: columnName({
    label: 'Column',
    help: 'Leave empty with count to count rows.',
    port: 'input',
  }).optional(),
  orderBy: field(z.array(sortItemSchema).min(1).max(20).optional(), {
    label: 'In the order of',
    help: 'For first, last, list and string_agg: which row comes first. Without it, the order of the input.',
  }),
  separator: field(z.string().max(100).optional(), {
    label: 'Separator',
    help: 'For string_agg; a comma and a space unless told.',
  }),
};
export type Aggregation = z.infer<z.ZodObject<typeof aggregationShape>>;

/** What depends on the order in which rows arrive. */
const ORDERED: ReadonlySet<AggregateFunction> = new Set(['first', 'last', 'list', 'string_agg']);

export interface AggregationContext {
  schema: Schema;
  /** The column that numbers the rows, where the input promises an order and an aggregation needs it. */
  position: string | null;
  path: ConfigPath;
}

/** Whether an aggregation asks for the input's own order, so that rows have to be numbered for it. */
export function needsPosition({ function: name }: Aggregation): boolean {
  return ORDERED.has(name);
}

/** The aggregate as an expression, with its column and type checked. */
export function aggregateExpression(aggregation: Aggregation, context: AggregationContext): Expression {
  const { function: name } = aggregation;
  const path = [...context.path, 'column'];
  if (aggregation.column === undefined) {
    if (name === 'count') return call('count_star');
    throw new AppError('column-missing', `${name} needs a column`, {
      hint: 'Only count works without: it counts rows.',
      place: { path },
    });
  }
  const input = requireColumn(context.schema, aggregation.column, path);
  refuseUseless(aggregation, context.path);
  switch (name) {
    case 'count':
    case 'min':
    case 'max':
      return call(name, column(input.name));
    case 'count_distinct':
      return { kind: 'call', name: 'count', args: [column(input.name)], distinct: true };
    case 'sum':
      return sum(input, path);
    case 'avg':
    case 'stddev':
      requireNumber(input, name, path);
      return call(name, column(input.name));
    case 'median':
      requireMedian(input, path);
      return call(name, column(input.name));
    case 'first':
    case 'last':
      return firstOrLast(name, input, aggregation, context);
    case 'list':
      return { kind: 'call', name, args: [column(input.name)], orderBy: order(aggregation, context) };
    case 'string_agg': {
      const text: Expression = { kind: 'cast', operand: column(input.name), type: 'VARCHAR' };
      return {
        kind: 'call',
        name,
        args: [text, literal(aggregation.separator ?? ', ')],
        orderBy: order(aggregation, context),
      };
    }
  }
}

/** DuckDB sums integers as HUGEINT, which files cannot hold; BIGINT can, and a sum beyond it is an error, never a wrong number. */
function sum(input: Column, path: ConfigPath): Expression {
  if (familyOf(input.type) !== 'interval') requireNumber(input, 'sum', path);
  const total = call('sum', column(input.name));
  return integerBits(input.type) === null ? total : { kind: 'cast', operand: total, type: 'BIGINT' };
}

function requireMedian(input: Column, path: ConfigPath): void {
  const family = familyOf(input.type);
  if (family !== 'date' && family !== 'time') requireNumber(input, 'median', path);
}

function refuseUseless({ function: name, orderBy, separator }: Aggregation, path: ConfigPath): void {
  if (orderBy && !ORDERED.has(name)) {
    throw new AppError('order-without-effect', `${name} does not depend on an order`, {
      hint: 'Remove orderBy.',
      place: { path: [...path, 'orderBy'] },
    });
  }
  if (separator !== undefined && name !== 'string_agg') {
    throw new AppError('separator-without-effect', `${name} has no separator`, {
      hint: 'Only string_agg has one.',
      place: { path: [...path, 'separator'] },
    });
  }
}

/** By position alone there is a way that need not sort; with NULLs, as `first` has them. */
function firstOrLast(
  name: 'first' | 'last',
  input: Column,
  aggregation: Aggregation,
  context: AggregationContext,
): Expression {
  const { position } = context;
  if (position !== null && aggregation.orderBy === undefined) {
    return call(name === 'first' ? 'arg_min_null' : 'arg_max_null', column(input.name), column(position));
  }
  return { kind: 'call', name, args: [column(input.name)], orderBy: order(aggregation, context) };
}

/** The asked-for order first, then what makes the answer the same each time: the input's own order, else all columns. */
function order({ orderBy }: Aggregation, { schema, position, path }: AggregationContext): SortKey[] {
  const asked = sortKeys(orderBy ?? [], schema, [...path, 'orderBy']);
  const rest: SortKey[] =
    position === null
      ? allColumns(schema)
      : [{ expression: column(position), direction: 'asc', nulls: 'last' }];
  return [...asked, ...rest];
}

/** `sum(amount)`, for summaries and default names. */
export function aggregationWords({ function: name, column: of }: Aggregation): string {
  return of === undefined ? 'count of rows' : `${name}(${of})`;
}

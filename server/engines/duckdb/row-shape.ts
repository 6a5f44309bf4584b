import { WINDOW_FUNCTIONS } from '#lib/nodes/window/window-text.ts';
import { outerAggregate } from './outer-aggregates.ts';
import { fault } from './user-text.ts';
import { isNode, location, text, type TreeNode } from './tree-node.ts';

type Place = (byteOffset: number | null) => number;

/** Functions that make several rows of one; the latter are macros over the first. */
export const ROW_MAKERS: ReadonlySet<string> = new Set([
  'unnest',
  'generate_subscripts',
  'regexp_split_to_table',
]);

/** Macros over aggregates: they melt rows into one as those do, and take no OVER. */
export const AGGREGATE_MACROS: ReadonlySet<string> = new Set([
  'geomean',
  'geometric_mean',
  'json_group_array',
  'json_group_object',
  'json_group_structure',
  'wavg',
  'weighted_avg',
]);

/**
 * Holds an expression to what it stands for: one value for each row. An aggregate would melt rows into one, a set of
 * rows would multiply them, and a star would be several columns. What happens inside a subquery is its own affair, but
 * for an aggregate over the rows outside it.
 */
export function refuseOtherThanOneValue(expression: TreeNode, place: Place): void {
  visit(expression, place);
}

function visit(value: unknown, place: Place): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, place);
    return;
  }
  if (!isNode(value)) return;
  const kind = value['class'];
  if (kind === 'FUNCTION') refuseCall(value, place);
  if (kind === 'STAR')
    fault(
      'not-one-expression',
      'A star stands for several columns',
      place(location(value)),
      'Name the column.',
    );
  // `*COLUMNS(*)` hands all of them to one function.
  if (value['type'] === 'OPERATOR_UNPACK') return;
  for (const [key, child] of Object.entries(value)) {
    if (kind === 'SUBQUERY' && key === 'subquery') refuseOuterAggregate(child, place);
    else visit(child, place);
  }
}

function refuseCall(call: TreeNode, place: Place): void {
  const name = nameOf(call);
  if (ROW_MAKERS.has(name))
    fault(
      'function-not-allowed',
      `${name}() would make several rows of one`,
      place(location(call)),
      'Use the unnest step.',
    );
  if (isAggregate(call))
    fault(
      'aggregate-not-allowed',
      `${name}() calculates over many rows, and an expression stands for one`,
      place(location(call)),
      AGGREGATE_MACROS.has(name)
        ? 'Use the aggregate step.'
        : `Use the aggregate step, or ${name}(…) OVER ().`,
    );
}

function refuseOuterAggregate(subquery: unknown, place: Place): void {
  const call = outerAggregate(subquery, isAggregate);
  if (call)
    fault(
      'aggregate-not-allowed',
      `${nameOf(call)}() calculates over the rows outside this subquery, and an expression stands for one of them`,
      place(location(call)),
      `Name the table that it reads (SELECT … FROM …), or use ${nameOf(call)}(…) OVER () without SELECT.`,
    );
}

const nameOf = (call: TreeNode): string => text(call['function_name']).toLowerCase();

function isAggregate(call: TreeNode): boolean {
  return WINDOW_FUNCTIONS.has(nameOf(call)) || AGGREGATE_MACROS.has(nameOf(call));
}

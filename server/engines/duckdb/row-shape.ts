import { WINDOW_FUNCTIONS } from '#lib/nodes/window/window-text.ts';
import { fault } from './user-text.ts';
import { isNode, location, text, type TreeNode } from './tree-node.ts';

type Place = (byteOffset: number | null) => number;

/**
 * Holds an expression to what it stands for: one value for each row. An aggregate would melt rows into one, a set of
 * rows would multiply them, and a star would be several columns. What happens inside a subquery is its own affair.
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
  const name = text(value['function_name']).toLowerCase();
  if (kind === 'FUNCTION' && name === 'unnest') {
    fault(
      'function-not-allowed',
      'unnest() would make several rows of one',
      place(location(value)),
      'Use the unnest step.',
    );
  }
  if (kind === 'FUNCTION' && WINDOW_FUNCTIONS.has(name)) {
    fault(
      'aggregate-not-allowed',
      `${name}() calculates over many rows, and an expression stands for one`,
      place(location(value)),
      `Use the aggregate step, or ${name}(…) OVER ().`,
    );
  }
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
    if (!(kind === 'SUBQUERY' && key === 'subquery')) visit(child, place);
  }
}

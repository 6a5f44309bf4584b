import { isNode, text, type TreeNode } from './tree-node.ts';

/** Characters of a text, or items of a list, that one call may make: a value is held in memory whole, whatever the limit. */
const LARGEST_VALUE = 10_000_000;

/** Functions whose result is as long as a number says, and which argument that is. */
const SIZED_BY: Record<string, number> = {
  repeat: 1,
  lpad: 1,
  rpad: 1,
  list_resize: 1,
  array_resize: 1,
};
const SERIES = new Set(['range', 'generate_series']);

/** True where a call is written to give one value too large to hold; sizes that come from the data are not known here. */
export function givesHugeValue(call: TreeNode): boolean {
  const name = text(call['function_name']).toLowerCase();
  const args = Array.isArray(call['children']) ? call['children'].map(writtenNumber) : [];
  const sizedBy = SIZED_BY[name];
  if (sizedBy !== undefined) return (args[sizedBy] ?? 0) > LARGEST_VALUE;
  if (!SERIES.has(name)) return false;
  const [first = null, second = null, step = null] = args;
  const span = args.length === 1 ? first : first === null || second === null ? null : second - first;
  return span !== null && Math.abs(span / (step ?? 1)) > LARGEST_VALUE;
}

/** The number that an argument is, as far as its text alone tells. */
function writtenNumber(node: unknown): number | null {
  if (!isNode(node)) return null;
  if (node['class'] === 'CONSTANT') {
    const value = isNode(node['value']) ? node['value']['value'] : null;
    return typeof value === 'number' ? value : null;
  }
  if (node['class'] === 'CAST') return writtenNumber(node['child']);
  if (node['class'] !== 'FUNCTION' || node['is_operator'] !== true) return null;
  const [left = null, right = null] = Array.isArray(node['children'])
    ? node['children'].map(writtenNumber)
    : [];
  if (left === null || right === null) return null;
  switch (node['function_name']) {
    case '*':
      return left * right;
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '**':
    case '^':
      return left ** right;
    default:
      return null;
  }
}

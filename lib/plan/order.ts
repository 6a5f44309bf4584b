import type { BoundNode } from '../bind/types.ts';
import type { Expression } from '../sql/expression.ts';
import type { Relation } from '../sql/relation.ts';

/** Aggregates whose answer depends on the order in which rows arrive. */
const ORDERED_AGGREGATES = new Set([
  'first',
  'last',
  'any_value',
  'arbitrary',
  'list',
  'array_agg',
  'string_agg',
  'group_concat',
  'listagg',
  'json_group_array',
  'json_group_object',
]);

/**
 * True where the node's rows depend on the order of its input's rows, whether or not it promises an order itself.
 * Unsure means true: giving up insertion order is an optimisation, a wrong answer is not.
 */
export function readsOrder(node: BoundNode): boolean {
  const known = answers.get(node);
  if (known !== undefined) return known;
  const answer =
    relationReadsOrder(node.relation) || node.inputs.some((port) => relationReadsOrder(port.relation));
  answers.set(node, answer);
  return answer;
}

/** A node of a thousand inputs is asked about once for each of them. */
const answers = new WeakMap<BoundNode, boolean>();

function relationReadsOrder(relation: Relation): boolean {
  switch (relation.op) {
    case 'input':
    case 'master':
    case 'scan':
    case 'values':
      return false;
    case 'project':
      return (
        relation.columns.some(({ expression }) => expressionReadsOrder(expression)) ||
        relationReadsOrder(relation.input)
      );
    case 'filter':
      return expressionReadsOrder(relation.condition) || relationReadsOrder(relation.input);
    case 'aggregate':
      return (
        relation.aggregates.some(({ expression }) => expressionReadsOrder(expression)) ||
        relationReadsOrder(relation.input)
      );
    case 'pivot':
      return (
        relation.using.some(({ expression }) => expressionReadsOrder(expression)) ||
        relationReadsOrder(relation.input)
      );
    case 'join':
      return (
        relation.how === 'asof' || relationReadsOrder(relation.left) || relationReadsOrder(relation.right)
      );
    case 'union':
      return relation.inputs.some(relationReadsOrder);
    case 'side-by-side':
      return relation.inputs.some((input) => !input.sortFirst || relationReadsOrder(input.relation));
    case 'sort':
      return relationReadsOrder(relation.input);
    case 'distinct':
    case 'unpivot':
    case 'unnest':
      return relationReadsOrder(relation.input);
    case 'sample':
      return relationReadsOrder(relation.input);
    case 'limit':
    case 'code':
      return true;
    case 'query':
      return mayReadOrder(relation.query.kind === 'checked' ? relation.query.sql : relation.query.text);
  }
}

function expressionReadsOrder(expression: Expression): boolean {
  switch (expression.kind) {
    case 'column':
    case 'literal':
      return false;
    case 'call':
      return (
        (ORDERED_AGGREGATES.has(expression.name.toLowerCase()) && !expression.orderBy?.length) ||
        expression.args.some(expressionReadsOrder)
      );
    case 'operator':
      return expressionReadsOrder(expression.left) || expressionReadsOrder(expression.right);
    case 'not':
    case 'is-null':
    case 'cast':
      return expressionReadsOrder(expression.operand);
    case 'case':
      return (
        expression.branches.some(
          (branch) => expressionReadsOrder(branch.when) || expressionReadsOrder(branch.then),
        ) ||
        (expression.otherwise !== undefined && expressionReadsOrder(expression.otherwise))
      );
    case 'window':
      return true;
    case 'user':
      return mayReadOrder(expression.text);
    case 'checked':
      return mayReadOrder(expression.sql);
  }
}

/** Whatever in a person's text looks at the order of rows; a mention inside a string only costs speed. */
const ORDER_WORDS = new RegExp(
  `\\b(over|limit|offset|fetch|sample|tablesample|positional|distinct\\s+on|mode|arg_min|arg_max|min_by|max_by|rowid|${[...ORDERED_AGGREGATES].join('|')})\\b`,
  'i',
);

function mayReadOrder(sql: string): boolean {
  return ORDER_WORDS.test(sql);
}

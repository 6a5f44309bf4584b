import type { CheckedText, Expression, SortKey, UserText } from '../sql/expression.ts';
import type { Projection, Relation } from '../sql/relation.ts';

/** The key under which the check of a text is found again. */
export function textKey(text: Pick<UserText, 'text' | 'form'>): string {
  return `${text.form}:${text.text}`;
}

const UNSEEN: CheckedText = {
  kind: 'checked',
  sql: 'NULL',
  form: 'expression',
  parameters: [],
  masters: [],
  tables: [],
  volatile: false,
  columns: null,
  ordered: false,
};

/** Every text of a person in the relation that is not checked yet. */
export function userTexts(relation: Relation): UserText[] {
  const found: UserText[] = [];
  replaceUserText(relation, (text) => {
    found.push(text);
    return UNSEEN;
  });
  return found;
}

/** A copy of the relation in which every text that a person wrote is replaced by its checked form. */
export function replaceUserText(relation: Relation, checked: (text: UserText) => CheckedText): Relation {
  const inside = (part: Relation) => replaceUserText(part, checked);
  const value = (expression: Expression) => replaceInExpression(expression, checked);
  const columns = (projections: Projection[]) =>
    projections.map(({ name, expression }) => ({ name, expression: value(expression) }));
  switch (relation.op) {
    case 'input':
    case 'master':
    case 'scan':
    case 'values':
      return relation;
    case 'project':
      return { ...relation, input: inside(relation.input), columns: columns(relation.columns) };
    case 'filter':
      return { ...relation, input: inside(relation.input), condition: value(relation.condition) };
    case 'aggregate':
      return { ...relation, input: inside(relation.input), aggregates: columns(relation.aggregates) };
    case 'join':
      return {
        ...relation,
        left: inside(relation.left),
        right: inside(relation.right),
        columns: columns(relation.columns),
      };
    case 'union':
      return { ...relation, inputs: relation.inputs.map(inside) };
    case 'side-by-side':
      return {
        ...relation,
        inputs: relation.inputs.map((input) => ({ ...input, relation: inside(input.relation) })),
      };
    case 'sort':
      return { ...relation, input: inside(relation.input), keys: sortKeys(relation.keys, value) };
    case 'limit':
    case 'sample':
    case 'distinct':
    case 'unpivot':
    case 'unnest':
      return { ...relation, input: inside(relation.input) };
    case 'pivot':
      return { ...relation, input: inside(relation.input), using: columns(relation.using) };
    case 'code':
      return {
        ...relation,
        tables: relation.tables.map((table) => ({ ...table, relation: inside(table.relation) })),
      };
    case 'query':
      return {
        ...relation,
        query: relation.query.kind === 'user' ? checked(relation.query) : relation.query,
        tables: Object.fromEntries(
          Object.entries(relation.tables).map(([name, table]) => [name, inside(table)]),
        ),
      };
  }
}

function sortKeys(keys: SortKey[], value: (expression: Expression) => Expression): SortKey[] {
  return keys.map((key) => ({ ...key, expression: value(key.expression) }));
}

function replaceInExpression(expression: Expression, checked: (text: UserText) => CheckedText): Expression {
  const value = (part: Expression) => replaceInExpression(part, checked);
  switch (expression.kind) {
    case 'user':
      return checked(expression);
    case 'checked':
    case 'column':
    case 'literal':
      return expression;
    case 'call':
      return {
        ...expression,
        args: expression.args.map(value),
        ...(expression.orderBy ? { orderBy: sortKeys(expression.orderBy, value) } : {}),
      };
    case 'operator':
      return { ...expression, left: value(expression.left), right: value(expression.right) };
    case 'not':
    case 'is-null':
    case 'cast':
      return { ...expression, operand: value(expression.operand) };
    case 'case':
      return {
        ...expression,
        branches: expression.branches.map(({ when, then }) => ({ when: value(when), then: value(then) })),
        ...(expression.otherwise ? { otherwise: value(expression.otherwise) } : {}),
      };
    case 'window':
      return {
        ...expression,
        call: value(expression.call),
        partitionBy: expression.partitionBy.map(value),
        orderBy: sortKeys(expression.orderBy, value),
      };
  }
}

/** Whether the relation reads a port's merged rows, and not only parts of it. */
export function readsMerged(relation: Relation, port: string): boolean {
  return leaves(relation).some(
    (leaf) => leaf.op === 'input' && leaf.port === port && leaf.part === undefined,
  );
}

function leaves(relation: Relation): Relation[] {
  switch (relation.op) {
    case 'input':
    case 'master':
    case 'scan':
    case 'values':
      return [relation];
    case 'join':
      return [...leaves(relation.left), ...leaves(relation.right)];
    case 'union':
      return relation.inputs.flatMap(leaves);
    case 'side-by-side':
      return relation.inputs.flatMap((input) => leaves(input.relation));
    case 'code':
      return relation.tables.flatMap((table) => leaves(table.relation));
    case 'query': {
      const read =
        relation.query.kind === 'checked'
          ? new Set(relation.query.tables.map((name) => name.toLowerCase()))
          : null;
      return Object.entries(relation.tables).flatMap(([name, table]) =>
        read && !read.has(name.toLowerCase()) ? [] : leaves(table),
      );
    }
    default:
      return leaves(relation.input);
  }
}

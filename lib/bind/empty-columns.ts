import type { Expression } from '../sql/expression.ts';
import type { Relation } from '../sql/relation.ts';

/**
 * Names, in lower case, of the columns of a relation that hold nothing but NULL, given those of its inputs by port and
 * those of what it scans. What cannot be told counts as filled.
 */
export function emptyColumnsOf(
  relation: Relation,
  known: { scan: ReadonlySet<string>; input: (port: string) => ReadonlySet<string> },
): ReadonlySet<string> {
  switch (relation.op) {
    case 'scan':
    case 'values':
      return known.scan;
    case 'input':
      return relation.part === undefined ? known.input(relation.port) : NONE;
    case 'filter':
    case 'sort':
    case 'limit':
    case 'sample':
    case 'distinct':
      return emptyColumnsOf(relation.input, known);
    case 'project': {
      const below = emptyColumnsOf(relation.input, known);
      const empty = relation.columns.filter(({ expression }) => isEmpty(expression, below));
      return new Set(empty.map(({ name }) => name.toLowerCase()));
    }
    default:
      return NONE;
  }
}

const NONE: ReadonlySet<string> = new Set();

function isEmpty(expression: Expression, below: ReadonlySet<string>): boolean {
  switch (expression.kind) {
    case 'column':
      return below.has(expression.name.toLowerCase());
    case 'literal':
      return expression.value === null;
    case 'checked':
      return expression.sql.toLowerCase() === 'null';
    default:
      return false;
  }
}

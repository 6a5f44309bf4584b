import type { Relation } from './relation.ts';

/** A relation and every relation inside it, outermost first. */
export function partsOf(relation: Relation): Relation[] {
  return [relation, ...childrenOf(relation).flatMap(partsOf)];
}

function childrenOf(relation: Relation): Relation[] {
  switch (relation.op) {
    case 'input':
    case 'master':
    case 'scan':
    case 'values':
      return [];
    case 'join':
      return [relation.left, relation.right];
    case 'union':
      return relation.inputs;
    case 'side-by-side':
      return relation.inputs.map((input) => input.relation);
    case 'code':
      return relation.tables.map((table) => table.relation);
    case 'query':
      return Object.values(relation.tables);
    default:
      return [relation.input];
  }
}

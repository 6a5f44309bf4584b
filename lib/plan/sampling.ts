import type { BoundNode } from '../bind/types.ts';
import type { NodeId } from '../graph/ids.ts';
import { mayReorder } from '../nodes/row-position.ts';
import type { Expression } from '../sql/expression.ts';
import type { Relation } from '../sql/relation.ts';

/** How a node's rows go through its reader. */
export interface Passage {
  /** By column of the node: the reader's column that holds it untouched. */
  columns: ReadonlyMap<string, string>;
  rows: 'all' | 'first' | 'some';
  inOrder: boolean;
}

/** What of a node's rows shows in those of a reader; null where they cannot be told from them. */
export function passageOf(source: BoundNode, reader: BoundNode): Passage | null {
  const [port, ...otherPorts] = reader.inputs;
  const [edge, ...otherEdges] = port?.edges ?? [];
  if (!edge || otherPorts.length > 0 || otherEdges.length > 0) return null;
  if (edge.edge.source !== source.id || edge.relation.op !== 'input') return null;
  return passage(reader.relation, source);
}

function passage(relation: Relation, source: BoundNode): Passage | null {
  if (relation.op === 'input' && relation.part === undefined)
    return {
      columns: new Map(source.schema.map(({ name }) => [name, name])),
      rows: 'all',
      inOrder: true,
    };
  if (!['filter', 'sort', 'limit', 'project'].includes(relation.op) || !('input' in relation)) return null;
  const inner = passage(relation.input, source);
  if (!inner) return null;
  switch (relation.op) {
    case 'filter':
      return { ...inner, rows: 'some' };
    case 'sort':
      return { ...inner, inOrder: false };
    case 'limit':
      return { ...inner, rows: inner.rows === 'some' || relation.offset > 0 ? 'some' : 'first' };
    case 'project': {
      const names = new Map(
        relation.columns.flatMap(({ name, expression }) =>
          expression.kind === 'column' ? [[expression.name, name] as const] : [],
        ),
      );
      const columns = [...inner.columns].flatMap(([own, through]) => {
        const name = names.get(through);
        return name === undefined ? [] : [[own, name] as const];
      });
      return { ...inner, columns: new Map(columns) };
    }
    default:
      return null;
  }
}

/** A node that only picks and renames columns: its column by the input's. Null for any other. */
export function pickedColumns(node: BoundNode): ReadonlyMap<string, string> | null {
  const [edge, ...others] = node.inputs.flatMap((port) => port.edges);
  if (!edge || others.length > 0 || edge.relation.op !== 'input') return null;
  const pick = (relation: Relation): Map<string, string> | null => {
    if (relation.op === 'input')
      return relation.part === undefined ? new Map(edge.columns.map(({ from }) => [from, from])) : null;
    const inner = relation.op === 'project' ? pick(relation.input) : null;
    if (!inner || relation.op !== 'project') return null;
    const columns = new Map<string, string>();
    for (const { name, expression } of relation.columns) {
      const from = expression.kind === 'column' ? inner.get(expression.name) : undefined;
      if (from === undefined) return null;
      columns.set(name, from);
    }
    return columns;
  };
  return pick(node.relation);
}

/**
 * The inputs of which a part is enough for rows that belong to the node's result: whatever comes out of some of their
 * rows also comes out of all of them. Every other input must be whole.
 */
export function partialInputs(node: BoundNode): Set<NodeId> {
  const { partial } = leavesOf(node.relation);
  const inputs = new Set<NodeId>();
  const whole = new Set(node.masters);
  for (const { port, rule, edges } of node.inputs)
    for (const { edge } of edges) (partial.has(port) && rule !== 'join' ? inputs : whole).add(edge.source);
  return new Set([...inputs].filter((id) => !whole.has(id)));
}

/** The input that a node takes apart by the values of these columns, where it makes each group's rows of that group alone. */
export function groupsOf(node: BoundNode): { input: NodeId; columns: string[] } | null {
  const [edge, ...others] = node.inputs.flatMap((port) => port.edges);
  const names = node.definition.groups?.(node.config) ?? [];
  if (!edge || others.length > 0 || edge.relation.op !== 'input' || names.length === 0) return null;
  if (node.volatile || node.masters.length > 0) return null;
  const columns = names.flatMap((name) => {
    const found = edge.columns.find(({ from }) => from.toLowerCase() === name.toLowerCase());
    return found ? [found.from] : [];
  });
  return columns.length === names.length ? { input: edge.edge.source, columns } : null;
}

/** True where each row comes from one row of the one input, in its order: its first rows follow from the input's. */
export function isRowByRow(node: BoundNode): boolean {
  const edges = node.inputs.flatMap((port) => port.edges);
  const isPlain = (relation: Relation): boolean => {
    switch (relation.op) {
      case 'input':
        return true;
      case 'filter':
        return isOfOneRow(relation.condition) && isPlain(relation.input);
      case 'project':
        return relation.columns.every(({ expression }) => isOfOneRow(expression)) && isPlain(relation.input);
      default:
        return false;
    }
  };
  return edges.length === 1 && node.masters.length === 0 && isPlain(node.relation);
}

/** Parquet is read by columns and row groups, with filters: scanning it again costs less than keeping its rows. */
export function isScannedInPlace(node: BoundNode): boolean {
  return node.relation.op === 'scan' && node.relation.scan.format === 'parquet';
}

/** Ports below a relation: those of which a part is enough, and those that must be whole. */
interface Leaves {
  partial: Set<string>;
  whole: Set<string>;
}

function leavesOf(relation: Relation): Leaves {
  switch (relation.op) {
    case 'input':
      return { partial: new Set([relation.port]), whole: new Set() };
    case 'filter':
      return isOfOneRow(relation.condition) ? leavesOf(relation.input) : allWhole([relation.input]);
    case 'project':
      return relation.columns.every(({ expression }) => isOfOneRow(expression))
        ? leavesOf(relation.input)
        : allWhole([relation.input]);
    case 'distinct':
    case 'unnest':
    case 'unpivot':
      return leavesOf(relation.input);
    case 'union':
      return together(relation.inputs.map(leavesOf));
    case 'join':
      return leavesOfJoin(relation);
    case 'master':
    case 'scan':
    case 'values':
      return { partial: new Set(), whole: new Set() };
    case 'side-by-side':
      return allWhole(relation.inputs.map((input) => input.relation));
    case 'code':
      return allWhole(relation.tables.map((table) => table.relation));
    case 'query':
      return allWhole(Object.values(relation.tables));
    case 'aggregate':
    case 'pivot':
    case 'sort':
    case 'limit':
    case 'sample':
      return allWhole([relation.input]);
  }
}

function leavesOfJoin({ how, left, right, columns }: Extract<Relation, { op: 'join' }>): Leaves {
  if (!columns.every(({ expression }) => isOfOneRow(expression))) return allWhole([left, right]);
  switch (how) {
    case 'inner':
    case 'cross':
    case 'semi':
      return together([leavesOf(left), leavesOf(right)]);
    case 'left':
    case 'anti':
    case 'asof':
      return together([leavesOf(left), allWhole([right])]);
    case 'right':
      return together([allWhole([left]), leavesOf(right)]);
    case 'full':
      return allWhole([left, right]);
  }
}

function allWhole(relations: readonly Relation[]): Leaves {
  const { partial, whole } = together(relations.map(leavesOf));
  return { partial: new Set(), whole: new Set([...partial, ...whole]) };
}

function together(all: readonly Leaves[]): Leaves {
  const whole = new Set(all.flatMap((leaves) => [...leaves.whole]));
  const partial = all.flatMap((leaves) => [...leaves.partial]).filter((port) => !whole.has(port));
  return { partial: new Set(partial), whole };
}

function isOfOneRow(expression: Expression): boolean {
  switch (expression.kind) {
    case 'column':
    case 'literal':
      return true;
    case 'checked':
      return !expression.volatile && !mayReorder(expression.sql);
    case 'not':
    case 'is-null':
    case 'cast':
      return isOfOneRow(expression.operand);
    case 'operator':
      return isOfOneRow(expression.left) && isOfOneRow(expression.right);
    case 'call':
      return (
        expression.filter === undefined &&
        expression.orderBy === undefined &&
        expression.args.every(isOfOneRow)
      );
    default:
      return false;
  }
}

import type { BoundNode } from '../bind/types.ts';
import type { NodeId } from '../graph/ids.ts';
import { column, type Expression } from '../sql/expression.ts';
import type { Projection, Relation } from '../sql/relation.ts';
import { readersByNode, type Readers } from './readers.ts';

/** What DuckDB calls it; a file with a column of this name keeps its own. */
const OWN_NAME = 'file_row_number';

/**
 * The nodes of one statement, where those that number their rows to tell equal ones apart take the numbers that a
 * Parquet file has for them already: numbering rows as they come is not parallel, reading numbers is. The numbers travel
 * as a column through what only sifts or widens rows on the way, which nobody else may read, since it would be seen.
 */
export function withFileNumbers(members: readonly BoundNode[]): BoundNode[] {
  const byId = new Map(members.map((node) => [node.id, node]));
  const readers = readersByNode(members);
  const changed = new Map<NodeId, BoundNode>();
  for (const node of members) {
    const numbering = numberingOf(node.relation);
    const way = numbering && wayToFile(node, byId, readers);
    if (!way || way.some(({ schema }) => schema.some(({ name }) => isSame(name, numbering.position))))
      continue;
    for (const passed of way)
      changed.set(passed.id, { ...passed, relation: withNumbers(passed.relation, numbering.position) });
    const relation = replaced(node.relation, numbering.relation, numbering.relation.input);
    changed.set(node.id, { ...node, relation });
  }
  return members.map((node) => changed.get(node.id) ?? node);
}

type Project = Extract<Relation, { op: 'project' }>;

interface Numbering {
  relation: Project;
  /** The column of numbers, the last one. */
  position: string;
}

/** Where a relation numbers the rows of its input as they come. */
function numberingOf(relation: Relation): Numbering | null {
  if (relation.op === 'project' && isPlainInput(relation.input)) {
    const last = relation.columns.at(-1);
    return last && isRowNumber(last.expression) ? { relation, position: last.name } : null;
  }
  return 'input' in relation ? numberingOf(relation.input) : null;
}

function isRowNumber(expression: Expression): boolean {
  return (
    expression.kind === 'window' &&
    expression.call.kind === 'call' &&
    expression.call.name === 'row_number' &&
    expression.partitionBy.length === 0 &&
    expression.orderBy.length === 0
  );
}

/** From the node before this one down to the Parquet file, if only plain steps lie between. */
function wayToFile(
  node: BoundNode,
  byId: ReadonlyMap<NodeId, BoundNode>,
  readers: Readers,
): BoundNode[] | null {
  const way: BoundNode[] = [];
  for (let at = node; ;) {
    const [port, ...others] = at.inputs;
    const [edge, ...more] = port?.edges ?? [];
    const before = edge && byId.get(edge.edge.source);
    if (!port || !before || others.length + more.length > 0 || at.masters.length > 0) return null;
    if (!isPlainInput(port.relation) || readers.get(before.id)?.length !== 1) return null;
    way.push(before);
    if (hasNumbers(before)) return way;
    if (!isPlainStep(before.relation) || before.volatile) return null;
    at = before;
  }
}

function hasNumbers({ relation, schema }: BoundNode): boolean {
  return (
    relation.op === 'scan' &&
    relation.scan.format === 'parquet' &&
    relation.scan.paths.length === 1 &&
    !schema.some(({ name }) => isSame(name, OWN_NAME))
  );
}

/** A filter or a projection of its input, whose texts see no column but those that they name. */
function isPlainStep(relation: Relation): boolean {
  if (relation.op === 'filter') return isPlainInput(relation.input) && namesColumns(relation.condition);
  return (
    relation.op === 'project' &&
    isPlainInput(relation.input) &&
    relation.columns.every(({ expression }) => namesColumns(expression))
  );
}

function isPlainInput(relation: Relation): boolean {
  return relation.op === 'input' && relation.part === undefined;
}

/** False where a star could stand for the numbers too. */
function namesColumns(expression: Expression): boolean {
  switch (expression.kind) {
    case 'column':
    case 'literal':
      return true;
    case 'cast':
      return namesColumns(expression.operand);
    case 'checked':
      return expression.columns !== null;
    default:
      return false;
  }
}

function withNumbers(relation: Relation, position: string): Relation {
  if (relation.op === 'scan') return { ...relation, rowNumber: position };
  if (relation.op !== 'project') return relation;
  const numbers: Projection = { name: position, expression: column(position) };
  return { ...relation, columns: [...relation.columns, numbers] };
}

function replaced(relation: Relation, old: Relation, by: Relation): Relation {
  if (relation === old) return by;
  return 'input' in relation ? { ...relation, input: replaced(relation.input, old, by) } : relation;
}

function isSame(name: string, other: string): boolean {
  return name.toLowerCase() === other.toLowerCase();
}

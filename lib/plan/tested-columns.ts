import type { BoundNode } from '../bind/types.ts';
import type { NodeId } from '../graph/ids.ts';
import type { Expression } from '../sql/expression.ts';
import type { Projection, Relation } from '../sql/relation.ts';
import { readersByNode } from './readers.ts';
import { isRowByRow, isScannedInPlace } from './sampling.ts';

/** Names of a node's columns; `all` where they cannot be told apart. */
export type TestedColumns = ReadonlySet<string> | 'all';

/**
 * By node of one statement: the columns by which a later node of it may drop rows (conditions, keys of joins, sort keys
 * under a limit). On these an optimiser can move its work below the node, on others it cannot. Where in doubt, a column
 * is in it. `nodes` are topological.
 */
export function testedColumns(nodes: readonly BoundNode[]): Map<NodeId, TestedColumns> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const tested = new Map<NodeId, TestedColumns>(nodes.map(({ id }) => [id, new Set<string>()]));
  /** Nodes after which there is a limit. */
  const limited = new Set<NodeId>();
  const tell = (id: NodeId, refers: References) => {
    const node = byId.get(id);
    const before = tested.get(id);
    if (!node || before === undefined || before === 'all') return;
    const found = node.schema.filter(({ name }) => mentions(refers, name)).map(({ name }) => name);
    tested.set(id, isAboutAny(refers, found) ? 'all' : new Set([...before, ...found]));
    if (refers.isLimited) limited.add(id);
  };
  for (const node of nodes.toReversed()) {
    for (const id of node.masters) tell(id, ALL);
    walk(node.relation, ofColumns(tested.get(node.id), limited.has(node.id)), (portName, part, atPort) => {
      const port = node.inputs.find((input) => input.port === portName);
      for (const edge of port?.edges ?? []) {
        if (part !== undefined && edge.alias !== part) continue;
        const relation = part === undefined ? port?.relation : edge.relation;
        if (relation)
          walk(relation, atPort, (index, _, refers) => {
            if (index === String(edge.index)) tell(edge.edge.source, refers);
          });
      }
    });
  }
  return tested;
}

/**
 * Filters over rows whose number is known (of a Parquet file, or of what was kept before), with nothing between that
 * drops rows, and after them nothing that tests a column: no later node of the statement changes how many rows come out
 * of their condition.
 */
export function plainSieves(
  nodes: readonly BoundNode[],
  tested: ReadonlyMap<NodeId, TestedColumns>,
): Set<NodeId> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const readers = readersByNode(nodes);
  const whole = new Set<NodeId>();
  const sieves = new Set<NodeId>();
  for (const node of nodes) {
    if (isScannedInPlace(node)) whole.add(node.id);
    if (!isRowByRow(node) || node.volatile) continue;
    const [input] = node.inputs.flatMap((port) => port.edges.map(({ edge }) => edge.source));
    if (input === undefined) continue;
    const source = byId.get(input);
    // What is read twice is computed once and read from there, unless it is a file that is scanned in place.
    const isOneWay = readers.get(input)?.length === 1 || (source && isScannedInPlace(source));
    if (source && !(whole.has(input) && isOneWay)) continue;
    if (node.rows === 'same') whole.add(node.id);
    const columns = tested.get(node.id);
    const { relation } = node;
    if (relation.op === 'filter' && relation.condition.kind === 'checked' && columns !== 'all')
      if (columns?.size === 0) sieves.add(node.id);
  }
  return sieves;
}

/** What a test refers to, in lower case. */
interface References {
  names: ReadonlySet<string>;
  /** The parts of names in a person's text, of which one may be a column: `qty`, `input.qty`, `box.width`. */
  named: readonly (readonly string[])[];
  /** Below a limit, the keys of a sort decide which rows are left. */
  isLimited: boolean;
}

const NOTHING: References = { names: new Set(), named: [], isLimited: false };
const ALL: References = { names: new Set(), named: [], isLimited: true };

function ofColumns(columns: TestedColumns | undefined, isLimited: boolean): References {
  if (columns === undefined || columns === 'all') return ALL;
  return { ...named([...columns]), isLimited };
}

function mentions(refers: References, column: string): boolean {
  const name = column.toLowerCase();
  return refers === ALL || refers.names.has(name) || refers.named.some((parts) => parts.includes(name));
}

/** A name that is no column may mean a whole row or nothing, and what is about no column goes anywhere. */
function isAboutAny(refers: References, columns: readonly string[]): boolean {
  const known = new Set(columns.map((column) => column.toLowerCase()));
  return refers === ALL || refers.named.some((parts) => !parts.some((part) => known.has(part)));
}

function isNothing({ names, named: parts }: References): boolean {
  return names.size === 0 && parts.length === 0;
}

function together(...all: References[]): References {
  if (all.includes(ALL)) return ALL;
  return {
    names: new Set(all.flatMap(({ names }) => [...names])),
    named: all.flatMap(({ named: parts }) => parts),
    isLimited: all.some(({ isLimited }) => isLimited),
  };
}

type Tell = (port: string, part: string | undefined, refers: References) => void;

/** Carries what is tested of a relation's rows down to its inputs. */
function walk(relation: Relation, tested: References, tell: Tell): void {
  const down = (input: Relation, refers: References) => {
    walk(input, refers, tell);
  };
  switch (relation.op) {
    case 'input':
      tell(relation.port, relation.part, tested);
      return;
    case 'master':
    case 'scan':
    case 'values':
      return;
    case 'project':
      down(relation.input, behind(relation.columns, tested));
      return;
    case 'filter':
      down(relation.input, together(tested, referred(relation.condition)));
      return;
    case 'aggregate': {
      const keys = relation.groupBy.filter((name) => mentions(tested, name));
      down(relation.input, together(named(keys), behind(relation.aggregates, tested)));
      return;
    }
    case 'join': {
      const columns = behind(relation.columns, tested);
      const isKeyed = relation.on.length > 0;
      down(relation.left, isKeyed ? together(columns, named(relation.on.map(({ left }) => left))) : ALL);
      down(relation.right, isKeyed ? together(columns, named(relation.on.map(({ right }) => right))) : ALL);
      return;
    }
    case 'union':
      for (const input of relation.inputs)
        down(input, isAligned(relation.inputs) ? tested : allUnless(tested));
      return;
    case 'sort':
      if (tested.isLimited)
        down(relation.input, together(tested, keysOf(relation.keys), keysOf(relation.ties ?? [])));
      else down(relation.input, tested);
      return;
    case 'limit':
      down(relation.input, together(tested, { ...NOTHING, isLimited: true }));
      return;
    case 'distinct':
      down(relation.input, tested);
      return;
    case 'unnest':
      down(relation.input, together(tested, named([relation.column])));
      return;
    case 'pivot':
      down(relation.input, together(allUnless(tested), named([relation.on])));
      return;
    case 'unpivot':
      down(relation.input, relation.keepNulls ? allUnless(tested) : ALL);
      return;
    case 'side-by-side':
      for (const input of relation.inputs) down(input.relation, ALL);
      return;
    case 'code':
      for (const table of relation.tables) down(table.relation, ALL);
      return;
    case 'query':
      for (const table of Object.values(relation.tables)) down(table, ALL);
      return;
    case 'sample':
      down(relation.input, ALL);
  }
}

const allUnless = (tested: References): References => (tested !== ALL && isNothing(tested) ? NOTHING : ALL);

const named = (names: readonly string[]): References => ({
  ...NOTHING,
  names: new Set(names.map((name) => name.toLowerCase())),
});

/** Side by side under the same names, so that a name means the same in each. */
function isAligned(inputs: readonly Relation[]): boolean {
  const lists = inputs.map((input) =>
    input.op === 'project' ? input.columns.map(({ name }) => name.toLowerCase()).join('\n') : null,
  );
  return lists.every((list) => list !== null && list === lists[0]);
}

/** What the tested ones of these columns are made of. */
function behind(columns: readonly Projection[], tested: References): References {
  if (tested === ALL || isNothing(tested)) return tested;
  const names = columns.map(({ name }) => name);
  if (isAboutAny(tested, names)) return ALL;
  return together(
    { ...NOTHING, isLimited: tested.isLimited },
    ...columns.filter(({ name }) => mentions(tested, name)).map(({ expression }) => referred(expression)),
  );
}

function keysOf(keys: readonly { expression: Expression }[]): References {
  return together(NOTHING, ...keys.map(({ expression }) => referred(expression)));
}

function referred(expression: Expression): References {
  const all = (parts: readonly Expression[]) => together(NOTHING, ...parts.map(referred));
  switch (expression.kind) {
    case 'column':
      return named([expression.name]);
    case 'literal':
      return NOTHING;
    case 'not':
    case 'is-null':
    case 'cast':
      return referred(expression.operand);
    case 'operator':
      return all([expression.left, expression.right]);
    case 'case': {
      const branches = expression.branches.flatMap((branch) => [branch.when, branch.then]);
      return all(expression.otherwise ? [...branches, expression.otherwise] : branches);
    }
    case 'call': {
      const { args, filter, orderBy } = expression;
      return together(all(filter ? [...args, filter] : args), keysOf(orderBy ?? []));
    }
    case 'window':
      return together(all([expression.call, ...expression.partitionBy]), keysOf(expression.orderBy));
    case 'user':
      return ALL;
    case 'checked':
      // A text that names no column at all is about none.
      if (expression.columns === null || expression.columns.length === 0) return ALL;
      return {
        ...NOTHING,
        named: expression.columns.map((parts) => parts.map((part) => part.toLowerCase())),
      };
  }
}

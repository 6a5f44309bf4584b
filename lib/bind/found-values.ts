import type { Fault } from '../errors/app-error.ts';
import { column, type Expression } from '../sql/expression.ts';
import type { Relation } from '../sql/relation.ts';
import { findColumn, type Column } from '../sql/schema.ts';
import type { BoundGraph, BoundNode, BoundPort, FindValues } from './types.ts';

/** The key of a value's text in the rows of the node that finds values. */
const TEXT = 'value';
const SORT = 'sorted_by';

/**
 * The values that become a node's columns, where its config leaves them to the data (`dependsOnValues`). `graph` holds
 * what is bound so far. Null, with a warning, where nobody can look.
 */
export async function lookUpValues(
  node: Omit<BoundNode, 'relation' | 'schema'>,
  graph: BoundGraph,
  findValues: FindValues | undefined,
): Promise<{ found: string[] | null; warnings: Fault[] }> {
  const needed = node.definition.dependsOnValues?.(node.config) ?? null;
  const port = node.inputs.find((one) => one.port === needed?.port);
  const wanted = needed && port && findColumn(port.schema, needed.column);
  // A column that is not there is the compiler's to refuse, at its place.
  if (!wanted) return { found: null, warnings: [] };
  if (!findValues || node.node.disabled) return { found: null, warnings: [unknownColumns(node, wanted)] };
  const asked: BoundNode = { ...node, ...valuesOf(port, wanted, needed.limit), inputs: [port] };
  return { found: await findValues(asked, graph), warnings: [] };
}

function unknownColumns(node: Pick<BoundNode, 'id' | 'name'>, { name }: Column): Fault {
  return {
    code: 'columns-depend-on-data',
    severity: 'warning',
    message: `Which columns "${node.name}" has depends on the values of "${name}"`,
    hint: 'List the `values` to know them beforehand.',
    place: { nodeId: node.id },
  };
}

/** The distinct values of a port's column in its own order, at most one more than are allowed. */
function valuesOf(port: BoundPort, wanted: Column, limit: number): Pick<BoundNode, 'relation' | 'schema'> {
  const value = column(wanted.name);
  const text: Expression = { kind: 'cast', operand: value, type: 'VARCHAR' };
  const present: Relation = {
    op: 'filter',
    input: { op: 'input', port: port.port },
    condition: { kind: 'not', operand: { kind: 'is-null', operand: value } },
  };
  const columns = [
    { name: TEXT, expression: text },
    { name: SORT, expression: value },
  ];
  const sorted: Relation = {
    op: 'sort',
    input: { op: 'distinct', input: { op: 'project', input: present, columns } },
    keys: [{ expression: column(SORT), direction: 'asc', nulls: 'last' }],
  };
  return {
    relation: { op: 'limit', input: sorted, count: limit + 1, offset: 0 },
    schema: [
      { name: TEXT, type: 'VARCHAR' },
      { name: SORT, type: wanted.type },
    ],
  };
}

/** The texts in the rows of the node that `FindValues` was asked for. */
export function textsOf(rows: readonly Readonly<Record<string, unknown>>[]): string[] {
  return rows.map((row) => row[TEXT] as string);
}

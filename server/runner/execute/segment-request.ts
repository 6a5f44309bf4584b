import { AppError } from '#lib/errors/app-error.ts';
import type { BoundGraph, BoundNode, BoundPort } from '#lib/bind/types.ts';
import type { NodeId } from '#lib/graph/ids.ts';
import { withFileNumbers } from '#lib/plan/file-numbers.ts';
import { inputsOf } from '#lib/plan/readers.ts';
import { plainSieves, testedColumns } from '#lib/plan/tested-columns.ts';
import type { RunPlan, Segment } from '#lib/plan/types.ts';
import { parameterSqlType } from '#lib/parameters/values.ts';
import { quoteIdentifier } from '#lib/sql/quote.ts';
import type { BoundParameters } from '#server/engines/duckdb/bind-parameters.ts';
import {
  masterTable,
  nodeTable,
  type SegmentRead,
  type SegmentRequest,
  type SegmentStep,
  type SegmentTarget,
  type DestinationFile,
} from '#server/engines/duckdb/engine.ts';
import { printRelation } from '#server/engines/duckdb/printer.ts';

/** A node's rows on disk. */
export interface StagedResult {
  path: string;
  rows: number;
}

export interface SegmentSurroundings {
  nodes: ReadonlyMap<NodeId, BoundNode>;
  plan: Pick<RunPlan, 'graph'>;
  /** What earlier segments left behind, by node. */
  results: ReadonlyMap<NodeId, StagedResult>;
  /** Where a node is to be staged. */
  stage: (nodeId: NodeId) => string;
  /** What destinations write. */
  destinations: ReadonlyMap<NodeId, DestinationFile>;
}

export interface PrefixSurroundings extends Pick<SegmentSurroundings, 'nodes' | 'results'> {
  /** Nodes whose rows the engine holds as tables already (`Engine.keepSample`). */
  kept?: ReadonlySet<NodeId>;
}

export type BuiltSegment = Pick<
  SegmentRequest,
  'reads' | 'steps' | 'target' | 'schema' | 'ordered' | 'parameters'
>;

/** A segment of the plan as the engine takes it: one SELECT per node over tables, and what becomes of the last. */
export function segmentRequest(segment: Segment, around: SegmentSurroundings): BuiltSegment {
  const members = [...segment.repeats, ...segment.nodes].map((id) => requireNode(around.nodes, id));
  return {
    reads: readsOf(members, around),
    steps: stepsOf(withFileNumbers(members)),
    target: targetOf(segment, around),
    schema: requireNode(around.nodes, segment.output).schema,
    ordered: segment.ordered,
    parameters: boundParameters(around.plan.graph),
  };
}

/** The steps of a statement, each with what the others may do to its rows. */
function stepsOf(members: readonly BoundNode[]): SegmentStep[] {
  const tested = testedColumns(members);
  const sieves = plainSieves(members, tested);
  return members.map((node) => {
    const columns = tested.get(node.id) ?? 'all';
    return {
      ...stepOf(node),
      tested: columns === 'all' ? columns : [...columns],
      isPlainSieve: sieves.has(node.id),
    };
  });
}

function targetOf(segment: Segment, around: SegmentSurroundings): SegmentTarget {
  if (segment.target === 'discard') return { kind: 'discard' };
  if (segment.target === 'stage') return { kind: 'stage', path: around.stage(segment.output) };
  const file = around.destinations.get(segment.output);
  if (!file)
    throw new AppError('internal', `Nobody knows where "${segment.output}" writes.`, { kind: 'bug' });
  return { kind: 'destination', ...file };
}

/** The results that these nodes read from outside, each under the name by which they read it. */
export function readsOf(
  members: readonly BoundNode[],
  { nodes, results, kept }: PrefixSurroundings,
): SegmentRead[] {
  const inside = new Set(members.map((node) => node.id));
  const reads = new Map<string, SegmentRead>();
  const add = (id: NodeId, table: string) => {
    if (kept?.has(id)) return;
    const result = results.get(id);
    if (!result)
      throw new AppError(
        'internal',
        `The rows of "${requireNode(nodes, id).name}" are not there when they are needed.`,
        { kind: 'bug' },
      );
    reads.set(table, { table, ...result });
  };
  for (const node of members) {
    const edges = node.inputs.flatMap((port) => port.edges);
    for (const { edge } of edges) if (!inside.has(edge.source)) add(edge.source, nodeTable(edge.source));
    for (const id of node.masters) if (!inside.has(id)) add(id, masterTable(id));
  }
  return [...reads.values()];
}

/** A node's SELECT over the tables of the nodes that it reads. */
export function stepOf(node: BoundNode): SegmentStep {
  const edges = node.inputs.flatMap((port) => port.edges).sort((a, b) => a.index - b.index);
  return {
    nodeId: node.id,
    sql: printOver(node, node.relation),
    rows: node.rows,
    inputs: edges.map((edge) => nodeTable(edge.edge.source)),
    merge: node.inputs.length === 1 ? (node.inputs[0]?.rule ?? 'none') : 'none',
    knownRows: knownRows(node),
    volatile: node.volatile,
  };
}

/** A relation over the node's inputs, as SQL over the tables of the nodes that it reads. */
export function printOver(node: BoundNode, relation: BoundNode['relation']): string {
  const edges = node.inputs.flatMap((port) => port.edges);
  const tables = Object.fromEntries(
    edges.map((edge) => [String(edge.index), quoteIdentifier(nodeTable(edge.edge.source))]),
  );
  return printRelation(relation, {
    inputs: Object.fromEntries(node.inputs.map((port) => [port.port, portSource(port, tables)])),
    parts: Object.fromEntries(node.inputs.map((port) => [port.port, partSources(port, tables)])),
    masters: Object.fromEntries(node.masters.map((id) => [id, quoteIdentifier(masterTable(id))])),
  });
}

/** Parquet files say how many rows they have; any other count beforehand is a guess. */
function knownRows(node: BoundNode): number | null {
  return node.source?.scan?.format === 'parquet' && node.relation.op === 'scan'
    ? node.source.estimatedRows
    : null;
}

/**
 * The steps of a prefix, in which master data may be computed too: it is then read under both of its names. `loaded`
 * is SQL for the rows of nodes that have been computed outside the engine.
 */
export function prefixSteps(
  prefix: readonly BoundNode[],
  loaded: ReadonlyMap<NodeId, string> = new Map(),
): SegmentStep[] {
  const inside = new Set(prefix.map((node) => node.id));
  return prefix.map((node) => {
    const outside = loaded.get(node.id);
    const step = outside === undefined ? stepOf(node) : { ...stepOf(node), sql: outside };
    const masters = node.masters.filter((id) => inside.has(id));
    if (masters.length === 0) return step;
    const names = masters.map(
      (id) => `${quoteIdentifier(masterTable(id))} AS (SELECT * FROM ${quoteIdentifier(nodeTable(id))})`,
    );
    return { ...step, sql: `WITH ${names.join(', ')} SELECT * FROM (${step.sql})` };
  });
}

/** What may follow FROM for a port: the one table that reaches it as it is, else its merged rows in parentheses. */
function portSource(port: BoundPort, tables: Record<string, string>): string {
  if (port.rule === 'none') return '(SELECT 1 WHERE false)';
  return source(port.relation, tables);
}

function partSources(port: BoundPort, tables: Record<string, string>): Record<string, string> {
  return Object.fromEntries(port.edges.map((edge) => [edge.alias, source(edge.relation, tables)]));
}

function source(relation: BoundPort['relation'], tables: Record<string, string>): string {
  if (relation.op === 'input' && tables[relation.port] !== undefined) return tables[relation.port] ?? '';
  return `(${printRelation(relation, { inputs: tables })})`;
}

/** The run's parameters by name, typed as the document declares them. */
export function boundParameters(graph: BoundGraph): BoundParameters {
  const declared = Object.entries(graph.document.parameters);
  return Object.fromEntries(
    declared.map(([name, parameter]) => [
      name,
      { value: graph.parameters[name] ?? null, sqlType: parameterSqlType(parameter) },
    ]),
  );
}

/** The nodes that must be computed, besides staged results, to have this node's rows. Topological, the node last. */
export function prefixOf(nodeId: NodeId, { nodes, results, kept }: PrefixSurroundings): BoundNode[] {
  const prefix: BoundNode[] = [];
  const seen = new Set<NodeId>();
  const isThere = (id: NodeId) => results.has(id) || kept?.has(id) === true;
  // Not by recursion: a chain may be longer than the stack.
  const path = [{ id: nodeId, inputs: [...inputsOf(requireNode(nodes, nodeId))] }];
  seen.add(nodeId);
  for (let last = path.at(-1); last; last = path.at(-1)) {
    const next = last.inputs.shift();
    if (next === undefined) {
      prefix.push(requireNode(nodes, last.id));
      path.pop();
    } else if (!seen.has(next) && !isThere(next)) {
      seen.add(next);
      path.push({ id: next, inputs: [...inputsOf(requireNode(nodes, next))] });
    }
  }
  return prefix;
}

function requireNode(nodes: ReadonlyMap<NodeId, BoundNode>, id: NodeId): BoundNode {
  const node = nodes.get(id);
  if (!node)
    throw new AppError('internal', `The plan names a node "${id}" that the graph does not have.`, {
      kind: 'bug',
    });
  return node;
}

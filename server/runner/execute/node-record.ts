import type { BoundNode } from '#lib/bind/types.ts';
import { toErrorRecord, type AppError } from '#lib/errors/app-error.ts';
import type { BoundGraph } from '#lib/bind/types.ts';
import { BLANK_NODE, type NodeRecord } from '#lib/contracts/run-record.ts';
import type { DocumentNode } from '#lib/document/schema.ts';
import { dependenciesOf, descendants } from '#lib/graph/dag.ts';

/** A node's record before anything has happened: what binding knows of it. */
export function newNodeRecord(node: BoundNode, generation: number | null): NodeRecord {
  const edges = node.inputs.flatMap((port) => port.edges.map((edge) => ({ port: port.port, edge })));
  const severalPorts = node.inputs.length > 1;
  return {
    ...BLANK_NODE,
    id: node.id,
    type: node.node.type,
    name: node.name,
    generation,
    // In the order of the document's edges, which is the order in which inputs merge.
    inputs: edges
      .sort((a, b) => a.edge.index - b.edge.index)
      .map(({ port, edge }) => ({ source: edge.edge.source, ...(severalPorts ? { port } : {}), rows: null })),
    schema: node.schema,
    merge: node.inputs
      .filter((port) => port.sentence !== '')
      .map((port) => ({ port: port.port, rule: port.rule, sentence: port.sentence })),
    warnings: node.warnings,
  };
}

/**
 * The records of nodes that could not be bound because a source could not be read: that source has failed before the
 * run began, and what depends on it is skipped.
 */
export function unboundRecords(graph: BoundGraph, troubles: ReadonlyMap<string, AppError>): NodeRecord[] {
  const bound = new Set<string>(graph.nodes.map((node) => node.id));
  const generation = new Map(
    graph.generations.flatMap((ids, index) => ids.map((id) => [id as string, index] as const)),
  );
  const { nodes, edges } = graph.document;
  const dependencies = dependenciesOf(
    nodes.map((node) => node.id),
    edges,
  );
  const blame = new Map<string, string>();
  for (const id of troubles.keys())
    for (const below of descendants(dependencies, [id])) blame.set(below, blame.get(below) ?? id);
  const record = (node: DocumentNode): NodeRecord => {
    const base = {
      ...BLANK_NODE,
      id: node.id,
      type: node.type,
      name: node.name ?? node.id,
      generation: generation.get(node.id) ?? null,
    };
    const trouble = troubles.get(node.id);
    if (node.disabled) return { ...base, status: 'disabled' };
    if (trouble)
      return {
        ...base,
        status: 'failed',
        error: { ...toErrorRecord(trouble), nodeId: node.id },
        finishedAt: new Date().toISOString(),
      };
    const inputs = edges
      .filter((edge) => edge.target === node.id)
      .map((edge) => ({ source: edge.source, rows: null }));
    return {
      ...base,
      status: 'skipped',
      inputs,
      skippedBecause: blame.get(node.id) ?? [...troubles.keys()][0] ?? null,
    };
  };
  return nodes.filter((node) => !bound.has(node.id)).map(record);
}

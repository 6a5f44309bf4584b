import type { BoundNode } from '#lib/bind/types.ts';
import type { NodeRecord } from '#lib/contracts/run-record.ts';

/** A node's record before anything has happened: what binding knows of it. */
export function newNodeRecord(
  node: BoundNode,
  { generation, engine }: { generation: number | null; engine: string },
): NodeRecord {
  const edges = node.inputs.flatMap((port) => port.edges.map((edge) => ({ port: port.port, edge })));
  const severalPorts = node.inputs.length > 1;
  return {
    id: node.id,
    type: node.node.type,
    name: node.name,
    status: 'pending',
    generation,
    reused: false,
    reuseReason: null,
    rowsIn: null,
    // In the order of the document's edges, which is the order in which inputs merge.
    inputs: edges
      .sort((a, b) => a.edge.index - b.edge.index)
      .map(({ port, edge }) => ({ source: edge.edge.source, ...(severalPorts ? { port } : {}), rows: null })),
    rowsOut: null,
    rowsOutAtLeast: null,
    durationMs: null,
    peakMemoryBytes: null,
    engine,
    segment: null,
    schema: node.schema,
    sample: null,
    sql: null,
    merge: node.inputs
      .filter((port) => port.sentence !== '')
      .map((port) => ({ port: port.port, rule: port.rule, sentence: port.sentence })),
    warnings: node.warnings,
    error: null,
    skippedBecause: null,
    startedAt: null,
    finishedAt: null,
  };
}

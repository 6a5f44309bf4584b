import type { BoundNode } from '#lib/bind/types.ts';
import type { BoundNodeSummary } from '#lib/contracts/preview.ts';
import { stepOf } from '../execute/segment-request.ts';

/** What the editor is told of a bound node. */
export function summaryOf(node: BoundNode, nodes: ReadonlyMap<string, BoundNode>): BoundNodeSummary {
  return {
    id: node.id,
    schema: node.schema,
    inputs: node.inputs.map((port) => ({
      port: port.port,
      schema: port.schema,
      edges: port.edges.map((edge) => ({
        index: edge.index,
        source: edge.edge.source,
        alias: edge.alias,
        available: nodes.get(edge.edge.source)?.schema ?? [],
        columns: edge.columns.map(({ as, type }) => ({ name: as, type })),
      })),
    })),
    merge: node.inputs
      .filter((port) => port.sentence !== '')
      .map(({ port, rule, sentence }) => ({ port, rule, sentence })),
    masters: node.masters,
    summary: node.definition.summary(node.config),
    sql: stepOf(node).sql,
    estimatedRows: node.source?.estimatedRows ?? null,
  };
}

import { z } from 'zod';
import type { BoundGraph, BoundNode } from '../../bind/types.ts';
import { nodeId } from '../../graph/ids.ts';
import type { NodeDefinition } from '../../nodes/define.ts';
import { column } from '../../sql/expression.ts';
import type { Relation } from '../../sql/relation.ts';
import type { DocumentNode } from '../../document/schema.ts';

/** A node drawn for a test of the planner: what it reads, and what makes it special. Given in topological order. */
export interface SketchNode {
  id: string;
  reads?: string[];
  masters?: string[];
  kind?: NodeDefinition['kind'];
  relation?: Relation;
  ordered?: boolean;
  volatile?: boolean;
  rows?: BoundNode['rows'];
  estimatedRows?: number;
  /** Names of its columns. */
  columns?: string[];
  node?: Partial<DocumentNode>;
}

const INPUT: Relation = { op: 'input', port: 'input' };
export const filterRelation: Relation = {
  op: 'filter',
  input: INPUT,
  condition: { kind: 'column', name: 'a' },
};
export const limitRelation: Relation = { op: 'limit', input: INPUT, count: 10, offset: 0 };
export const sortRelation: Relation = { op: 'sort', input: INPUT, keys: [] };
const SCAN: Relation = { op: 'scan', scan: { format: 'csv', paths: ['/a.csv'], options: {}, schema: [] } };

/** A bound graph of the drawn shape, with what the planner looks at. */
export function sketchGraph(sketch: readonly SketchNode[]): BoundGraph {
  const nodes = sketch.map((item) => boundNode(item));
  return {
    document: {
      version: 1,
      name: 'sketch',
      settings: { mode: 'auto', staging: 'auto', counts: 'exact' },
      parameters: {},
      nodes: nodes.map((node) => node.node),
      edges: [],
    },
    parameters: {},
    nodes,
    generations: [],
    faults: [],
  };
}

function boundNode(item: SketchNode): BoundNode {
  const reads = item.reads ?? [];
  const kind = item.kind ?? (reads.length === 0 && !item.masters ? 'source' : 'transform');
  const relation =
    item.relation ?? (kind === 'source' ? SCAN : kind === 'destination' ? INPUT : filterRelation);
  const id = nodeId(item.id);
  const edges = reads.map((source, index) => ({
    index,
    edge: { source: nodeId(source), target: id },
    sourcePort: 'output',
    targetPort: 'input',
    columns: [],
    alias: source,
    relation: { op: 'input', port: String(index) } as const,
  }));
  return {
    id,
    node: { id, type: kind, config: {}, ...item.node },
    name: item.id,
    definition: definitionOf(kind),
    config: {},
    kind,
    inputs:
      edges.length === 0
        ? []
        : [
            {
              port: 'input',
              edges,
              rule: edges.length > 1 ? 'union' : 'single',
              sentence: '',
              schema: [],
              relation: stacked(edges, item.columns ?? []),
            },
          ],
    relation,
    schema: (item.columns ?? []).map((name) => ({ name, type: 'BIGINT' })),
    masters: (item.masters ?? []).map(nodeId),
    dependsOn: [...new Set([...reads, ...(item.masters ?? [])])].map(nodeId),
    rows: item.rows ?? (kind === 'source' ? 'source' : 'fewer'),
    ordered: item.ordered ?? false,
    volatile: item.volatile ?? false,
    parameters: [],
    source:
      kind === 'source'
        ? {
            schema: [],
            scan: { format: 'csv', paths: ['/a.csv'], options: {}, schema: [] },
            fingerprint: null,
            estimatedRows: item.estimatedRows ?? null,
            warnings: [],
          }
        : null,
    warnings: [],
  };
}

/** The rows of several edges one after the other, as they merge where all have the same columns. */
function stacked(edges: readonly { relation: Relation }[], columns: readonly string[]): Relation {
  const [only, ...others] = edges.map(({ relation }) => relation);
  if (!only || others.length === 0) return only ?? INPUT;
  const aligned = columns.map((name) => ({ name, expression: column(name) }));
  return {
    op: 'union',
    distinct: false,
    inputs: [only, ...others].map((input) => ({ op: 'project', input, columns: aligned })),
  };
}

function definitionOf(kind: NodeDefinition['kind']): NodeDefinition {
  return {
    type: kind,
    version: 1,
    kind,
    title: kind,
    description: kind,
    icon: 'box',
    keywords: [],
    config: z.unknown(),
    initial: {},
    inputs: [],
    outputs: [],
    summary: () => '',
    rows: () => 'fewer',
    order: () => 'none',
  };
}

import type { Fault } from '../errors/app-error.ts';
import type { NodeId } from '../graph/ids.ts';
import type { NodeDefinition } from '../nodes/define.ts';
import type { DocumentEdge, DocumentNode, PipelineDocument } from '../document/schema.ts';
import type { ParameterValue } from '../parameters/values.ts';
export type { ParameterValue };
import type { CheckedText, UserText } from '../sql/expression.ts';
import type { FileScan, Relation } from '../sql/relation.ts';
import type { Schema } from '../sql/schema.ts';

/**
 * Answers what only a database can: is this text one allowed expression or query, and which columns does a relation
 * have. The runner's DuckDB implements it over empty typed tables, one node at a time, so binding stays linear.
 */
export interface TypeOracle {
  /** Parses and guards a text. Throws a `user` AppError with an offset into the text. */
  check(text: UserText, context: CheckContext): Promise<CheckedText>;
  /** The columns of a relation whose user text is all checked. Throws a `user` AppError. */
  describe(relation: Relation, leaves: RelationLeaves): Promise<Schema>;
  /** The one type that both unify to without loss by product rule, or null. */
  unify(types: string[]): Promise<string | null>;
}

export interface CheckContext {
  /** Declared parameters and their SQL types. */
  parameters: Record<string, { sqlType: string }>;
  /** Tables that the text may read besides `master.<id>`; absent: any plain name, which the caller then judges. */
  tables?: readonly string[];
}

/** The schemas behind a relation's leaves. */
export interface RelationLeaves {
  inputs: Record<string, { schema: Schema; parts: Record<string, Schema> }>;
  masters: Record<string, Schema>;
}

/** What a source is, found by looking at it once before binding. */
export interface SourceDescription {
  schema: Schema;
  /** What to read; null for sources that must first be fetched into a table. */
  scan: FileScan | null;
  /** Changes when the source's content does; null when that cannot be known. */
  fingerprint: string | null;
  /** Columns in which no row has a value, as far as that is known: their type says nothing. */
  emptyColumns?: string[];
  /** Null when unknown. */
  estimatedRows: number | null;
  warnings: Fault[];
}

/** Looks at sources. Paths are resolved and checked against the caller's reach. Throws a `user` AppError. */
export interface SourceInspector {
  describe(node: { id: NodeId; type: string; config: unknown }): Promise<SourceDescription>;
}

/**
 * Reads values while a graph is being bound, for nodes whose columns depend on the data. `asked` is such a node's
 * stand-in (found-values.ts) over the nodes of `graph`, which are bound so far. Throws what running them would throw.
 */
export type FindValues = (asked: BoundNode, graph: BoundGraph) => Promise<string[]>;

export interface BoundEdge {
  index: number;
  edge: DocumentEdge;
  sourcePort: string;
  targetPort: string;
  /** Columns after the edge's transform: `from` in the source's output, `as` on arrival. */
  columns: { from: string; as: string; type: string }[];
  /** The name under which SQL may read this edge's rows; unique within its port. */
  alias: string;
  /** The edge's rows after its transform: its leaf is the source's output, `{ op: 'input', port: '<edge index>' }`. */
  relation: Relation;
}

export type MergeRule = 'none' | 'single' | 'union' | 'join';

export interface BoundPort {
  port: string;
  edges: BoundEdge[];
  rule: MergeRule;
  /** Which rule applied and why, in words. Empty for a single edge. */
  sentence: string;
  schema: Schema;
  /** The merged rows as a relation over the edges: leaves are `{ op: 'input', port: '<edge index>' }`. */
  relation: Relation;
}

export interface BoundNode {
  id: NodeId;
  node: DocumentNode;
  /** The name shown to people: `name`, else the id. */
  name: string;
  definition: NodeDefinition;
  /** Config with parameters in place, parsed by the definition's schema. */
  config: unknown;
  kind: NodeDefinition['kind'];
  inputs: BoundPort[];
  /** Over the node's ports (`{ op: 'input', port }`, `{ op: 'input', port, part }`); all user text checked. */
  relation: Relation;
  schema: Schema;
  /** Names, in lower case, of columns known to hold nothing but NULL: they unify with any type. */
  emptyColumns?: ReadonlySet<string>;
  /** Master-data nodes it reads by name. */
  masters: NodeId[];
  /** Nodes that must be done before: edges and master data. */
  dependsOn: NodeId[];
  rows: 'source' | 'same' | 'fewer' | 'any';
  /** True where the node promises an order of its rows. */
  ordered: boolean;
  volatile: boolean;
  /** Parameters that its config uses, SQL included. */
  parameters: string[];
  source: SourceDescription | null;
  warnings: Fault[];
}

/**
 * Tries a node's code on the first rows of its inputs while a graph is being bound, to find its columns. `asked` is the
 * node without columns; `graph` holds what is bound so far. Throws what running the code would throw.
 */
export type TryCode = (asked: BoundNode, graph: BoundGraph) => Promise<{ schema: Schema; warnings: Fault[] }>;

/** A pipeline in which every port has a schema and every expression is checked; or the faults that stand in the way. */
export interface BoundGraph {
  document: PipelineDocument;
  parameters: Record<string, ParameterValue>;
  /** Topological, master data and what it needs first. Only nodes that bound well. */
  nodes: BoundNode[];
  /** Node ids by generation, in the order of the document within each. */
  generations: NodeId[][];
  /** All of them, document order. A graph with an `error` among them must not run. */
  faults: Fault[];
}

import type { NodeId } from '../graph/ids.ts';
import type { BoundGraph } from '../bind/types.ts';

export type EngineName = 'duckdb' | 'memory' | 'spark';

/** What part of the pipeline runs. `from` takes a node and everything below it, `to` a node and all it needs. */
export interface Slice {
  from?: NodeId;
  to?: NodeId;
}

export interface PlanOptions {
  staging: 'auto' | 'all';
  counts: 'exact' | 'fast';
  mode: 'auto' | 'memory' | 'duckdb' | 'distributed';
  slice: Slice;
  /** Results of an earlier run that are still true for this graph (the caller compared the content keys). */
  artefacts: ReadonlyMap<NodeId, Artefact>;
}

/** A finished result on disk: a staged Parquet file, or what a destination wrote. */
export interface Artefact {
  nodeId: NodeId;
  /** Content key: equal keys mean equal rows. */
  key: string;
  /** Absolute path of the file. */
  path: string;
  rows: number;
  bytes: number;
}

/**
 * Nodes that become one DuckDB statement, which ends in `output`. All others are read by nodes of the same segment only,
 * by one or, where ways part and meet again, by several. `reads` are results of earlier segments (or reused ones).
 */
export interface Segment {
  id: string;
  /** Topological; the last is `output`. */
  nodes: NodeId[];
  output: NodeId;
  /** Nodes of other segments that are computed here again, because that is cheaper than to keep their rows. Topological. */
  repeats: NodeId[];
  reads: NodeId[];
  dependsOn: string[];
  /** True where rows must stay in the order in which they are read. An order that a sort makes needs no care. */
  ordered: boolean;
  /** What becomes of the root's rows. */
  target: 'stage' | 'destination' | 'discard';
  /** Why the cut is here, in words: "several nodes read it". */
  reason: string;
}

export interface RunPlan {
  graph: BoundGraph;
  engine: EngineName;
  mode: 'memory' | 'duckdb' | 'distributed';
  /** What was chosen and why, in words. */
  modeReason: string;
  /** Nodes that run or are reused, topological. */
  nodes: NodeId[];
  reused: { nodeId: NodeId; artefact: Artefact; reason: string }[];
  /** Not run and not reused, for every node that needs them is reused: their counts come from the run it is reused from. */
  covered: { nodeId: NodeId; by: NodeId }[];
  disabled: NodeId[];
  /** Nodes that wait for a disabled one. */
  skipped: { nodeId: NodeId; because: NodeId }[];
  /** In the order they may start; a segment starts when those in `dependsOn` are done. */
  segments: Segment[];
}

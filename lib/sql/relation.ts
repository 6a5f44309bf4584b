import type { CheckedText, Expression, SortKey, UserText } from './expression.ts';
import type { Schema } from './schema.ts';

/** One output column: its name and how its value comes about. */
export interface Projection {
  name: string;
  expression: Expression;
}

export type JoinType = 'inner' | 'left' | 'right' | 'full' | 'semi' | 'anti' | 'cross' | 'asof';

export interface JoinKey {
  left: string;
  right: string;
  operator: '=' | '<' | '<=' | '>' | '>=' | '<>' | 'is not distinct from';
}

/**
 * What a node does to its inputs, as data. A node knows nothing of tables, files, staging, counting or engines;
 * an engine prints a relation in its own dialect. Leaves are the node's inputs, master data, and scans.
 */
export type Relation =
  /** The merged input of a port, or one edge's part of it by the alias that SQL may use for it. */
  | { op: 'input'; port: string; part?: string }
  | { op: 'master'; id: string }
  | { op: 'scan'; scan: FileScan }
  | { op: 'values'; schema: Schema; rows: (string | number | boolean | null)[][] }
  | { op: 'project'; input: Relation; columns: Projection[] }
  | { op: 'filter'; input: Relation; condition: Expression }
  | { op: 'aggregate'; input: Relation; groupBy: string[]; aggregates: Projection[] }
  | { op: 'join'; how: JoinType; left: Relation; right: Relation; on: JoinKey[]; columns: Projection[] }
  | { op: 'union'; inputs: Relation[]; distinct: boolean }
  | { op: 'side-by-side'; inputs: { relation: Relation; columns: { from: string; as: string }[]; sortFirst: boolean }[] }
  | { op: 'sort'; input: Relation; keys: SortKey[] }
  | { op: 'limit'; input: Relation; count: number; offset: number }
  | { op: 'sample'; input: Relation; rows?: number; percent?: number; seed: number }
  | { op: 'distinct'; input: Relation }
  | { op: 'pivot'; input: Relation; on: string; values: string[] | null; using: Projection[]; groupBy: string[] }
  | { op: 'unpivot'; input: Relation; columns: string[]; nameColumn: string; valueColumn: string; keepNulls: boolean }
  | { op: 'unnest'; input: Relation; column: string; as: string; keepEmpty: boolean }
  | { op: 'query'; query: UserText | CheckedText; tables: Record<string, Relation> };

/** Files that DuckDB reads by itself. Paths are absolute by the time a scan is printed. */
export interface FileScan {
  format: 'csv' | 'json' | 'ndjson' | 'parquet';
  paths: string[];
  /** Reader options in DuckDB's own names and values, already checked (`delim`, `quote`, `types` …). */
  options: Record<string, ScanOption>;
  schema: Schema;
}
export type ScanOption = string | number | boolean | string[] | { [key: string]: string };

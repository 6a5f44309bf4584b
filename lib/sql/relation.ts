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
  /** `rowNumber`: a last column of this name with each row's place in its file, of Parquet alone. */
  | { op: 'scan'; scan: FileScan; rowNumber?: string }
  | { op: 'values'; schema: Schema; rows: (string | number | boolean | null)[][] }
  | { op: 'project'; input: Relation; columns: Projection[] }
  | { op: 'filter'; input: Relation; condition: Expression }
  | { op: 'aggregate'; input: Relation; groupBy: string[]; aggregates: Projection[] }
  /** `keepUnmatched` belongs to `asof`: left rows without a match stay. */
  | {
      op: 'join';
      how: JoinType;
      left: Relation;
      right: Relation;
      on: JoinKey[];
      columns: Projection[];
      keepUnmatched?: boolean;
    }
  | { op: 'union'; inputs: Relation[]; distinct: boolean }
  | {
      op: 'side-by-side';
      inputs: { relation: Relation; columns: { from: string; as: string }[]; sortFirst: boolean }[];
    }
  /** `ties` decide between rows that the keys leave equal; absent where nothing looks at which of them comes first. */
  | { op: 'sort'; input: Relation; keys: SortKey[]; ties?: SortKey[] }
  | { op: 'limit'; input: Relation; count: number; offset: number }
  /**
   * Chosen by a hash of each row's position, or of its content (and its number among equal rows) where rows come in no
   * order, and of the seed: never by the luck of threads. `columns` are all of them.
   */
  | {
      op: 'sample';
      input: Relation;
      columns: string[];
      by: 'position' | 'content';
      rows?: number;
      percent?: number;
      seed: number;
    }
  | { op: 'distinct'; input: Relation }
  /**
   * Rows to columns: for each value of `on`, each of `using` over the rows that have it, under the name at the same
   * place in `names`. `values` is null while they are unknown: such a relation has its group columns only and must not run.
   */
  | {
      op: 'pivot';
      input: Relation;
      on: string;
      onType: string;
      values: PivotValue[] | null;
      using: Projection[];
      groupBy: string[];
    }
  /** Columns in this order: those of `keep`, the name (of each of `columns`), its value. All values are of one type. */
  | {
      op: 'unpivot';
      input: Relation;
      keep: string[];
      columns: Projection[];
      nameColumn: string;
      valueColumn: string;
      keepNulls: boolean;
    }
  /** One row for each element of the list `column`, which takes the list's place in `columns` under the name `as`. */
  | { op: 'unnest'; input: Relation; columns: string[]; column: string; as: string; keepEmpty: boolean }
  /**
   * Rows that JavaScript makes of these tables, outside the engine: the planner cuts round it and the runner hands the
   * tables over. `columns` is null where the config leaves them to the data.
   */
  | CodeRelation
  | { op: 'query'; query: UserText | CheckedText; tables: Record<string, Relation> };

export interface CodeRelation {
  op: 'code';
  /** All rows at once as data frames, or row by row in batches. */
  form: 'frame' | 'rows';
  code: string;
  /** Under the name by which the code reads it; null for the merged input itself. */
  tables: { name: string | null; relation: Relation }[];
  /** Columns that are handed over as text, so that no digit is lost. */
  asText: string[];
  columns: Schema | null;
}

export interface PivotValue {
  /** As text, to be read as `onType`. */
  text: string;
  /** The output columns' names, one for each of `using`. */
  names: string[];
}

/** Files that DuckDB reads by itself. Paths are absolute by the time a scan is printed. */
export interface FileScan {
  format: 'csv' | 'json' | 'ndjson' | 'parquet';
  paths: string[];
  /** What becomes of rows that cannot be read as the schema says; `fail` unless told. */
  onBadRow?: 'fail' | 'skip' | 'collect';
  /** Reader options in DuckDB's own names and values, already checked (`delim`, `quote`, `types` …). */
  options: Record<string, ScanOption>;
  schema: Schema;
}
export type ScanOption = string | number | boolean | string[] | { [key: string]: string };

import type { RowEffect } from '#lib/nodes/define.ts';
import type { RowsPage } from '#lib/contracts/preview.ts';
import type { Profile } from '#lib/contracts/profile.ts';
import type { JsonRow } from '#lib/contracts/run-record.ts';
import type { Schema } from '#lib/sql/schema.ts';
import type { BoundParameters } from './bind-parameters.ts';
import type { CarrierType, CellBatch, LoadedTable, ValueBatch } from './batches.ts';

/**
 * The face of the DuckDB engine: what a run may ask of it. `openEngine` (open-engine.ts) makes one per run; the type
 * oracle (oracle.ts) and the source scanner (scan.ts) are separate, because they serve the editor as well.
 *
 * Names inside a statement: a node's rows are the table `nodeTable(id)`, a master-data node's are `masterTable(id)`
 * wherever checked user text says `master.<id>`. Both are one quoted identifier, no schema; the guard lets no user text
 * name them by itself.
 */
export interface Engine {
  /** Runs a segment as one statement. Throws an AppError that names the guilty node. */
  runSegment(request: SegmentRequest): Promise<SegmentResult>;
  /** A page of a finished Parquet result, in its stored order. */
  readPage(request: PageRequest): Promise<RowsPage>;
  /** Rows of a finished Parquet result drawn at random. */
  readSample(request: { path: string; rows: number; signal: AbortSignal }): Promise<RowsPage>;
  /** What the columns of a finished Parquet result hold. */
  profile(request: ProfileRequest): Promise<Profile>;
  /** Rows of a prefix of a segment without running the rest: previews, samples. `total` is null. */
  samplePrefix(request: PrefixRequest): Promise<RowsPage>;
  /**
   * The first rows of a prefix, kept besides as the table of its node: steps of later calls may read that without
   * bringing the node's own step along.
   */
  keepSample(request: KeepRequest): Promise<KeptRows>;
  /**
   * The rows of a prefix in batches, in their order, for code outside the engine. The wanted step's columns must be of
   * carrier types (batches.ts).
   */
  batches(request: BatchRequest): AsyncIterable<CellBatch>;
  /** Keeps rows from outside as a table that statements of ordered segments may read, for as long as `work` takes. */
  withLoaded<T>(request: LoadRequest, work: (loaded: LoadedTable) => Promise<T>): Promise<T>;
  /** Whether another engine had better take its place: a statement on it did not end, or DuckDB gave a database up. */
  readonly isSpent: boolean;
  /** Interrupts what runs, frees everything and removes the temporary directory. */
  close(): Promise<void>;
}

/** The first rows, and how many are kept. */
export interface KeptRows {
  rows: JsonRow[];
  kept: number;
}

export interface EngineOptions {
  /** Folders whose files statements may read and write: staging, outputs. Absolute. */
  directories: string[];
  /** Single files that statements may read besides. Absolute. */
  files: string[];
  /** A folder of this engine alone, made here and removed by `close`; spilled data goes there. */
  tempDirectory: string;
  /** False where all must stay in memory: what does not fit then fails. */
  spills?: boolean;
  memoryLimitBytes: number;
  threads: number;
  /** How many statements may run at once. */
  concurrency: number;
  /** Which kinds of segments will come: memory is shared out between the two. */
  orders: 'ordered' | 'unordered' | 'both';
}

/** A staged result of an earlier segment (a file that `runSegment` wrote with target `stage`), as a table. */
export interface SegmentRead {
  /** `nodeTable(id)` or `masterTable(id)`. */
  table: string;
  /** Absolute path of its Parquet file. */
  path: string;
  rows: number;
}

/** One node of a segment. */
export interface SegmentStep {
  nodeId: string;
  /** Its SELECT, as the printer makes it; reads tables of earlier steps and of `reads`. */
  sql: string;
  rows: RowEffect;
  /** Tables of the edges that enter it, in the document's order (master data is no edge). */
  inputs: string[];
  /** How several inputs became one: side by side, stacked, or not at all (a join's two ports). */
  merge: 'single' | 'union' | 'join' | 'none';
  /** The rows that come out where that is known before (Parquet's own count). */
  knownRows: number | null;
  /** True where two executions may differ: such a step is never counted by running it again. */
  volatile: boolean;
  /** Its columns by which later steps may drop rows (lib/plan/tested-columns.ts); absent: any. */
  tested?: readonly string[] | 'all';
  /** True where `sql` ends in a WHERE clause over a file's rows and no later step tests a column. */
  isPlainSieve?: boolean;
}

export type SegmentTarget =
  /** A Parquet file at exactly this path, whole or not there at all. */
  { kind: 'stage'; path: string } | ({ kind: 'destination' } & DestinationFile) | { kind: 'discard' };

/** A file (or, with `partitionBy`, a folder) that is swapped in whole when it is complete. */
export interface DestinationFile {
  path: string;
  format: 'csv' | 'json' | 'ndjson' | 'parquet';
  /** Writer options in DuckDB's own names (`delim`, `header`, `compression` …). */
  options: Record<string, string | number | boolean>;
  partitionBy: string[];
}

export interface SegmentRequest {
  reads: SegmentRead[];
  /** Topological; the last is the root. */
  steps: SegmentStep[];
  target: SegmentTarget;
  /** The columns of the last step, where binding has found them; else the engine asks for them first. */
  schema?: Schema;
  ordered: boolean;
  counts: 'exact' | 'fast';
  parameters: BoundParameters;
  signal: AbortSignal;
  /** Share done, 0 to 1, at most a few times a second. */
  onProgress?: (share: number) => void;
}

/** `exact` is true by the executed plan or by a count of its own; `atLeast` is a lower bound; both null: unknown. */
export interface RowCount {
  exact: number | null;
  atLeast: number | null;
}

export interface SegmentResult {
  /** By node id; every step has an entry. */
  counts: Map<string, RowCount>;
  outputRows: number;
  /** Size of what was written; 0 for `discard`. */
  bytes: number;
  schema: Schema;
  /** The statement that ran. */
  sql: string;
  durationMs: number;
  peakMemoryBytes: number | null;
  /** Further statements that counting needed. */
  countStatements: number;
  /** Rows of files that could not be read and were left out, by node (`onBadRow` skip or collect). */
  rejects: Map<string, RejectedRows>;
}

export interface RejectedRows {
  rows: number;
  /** The first of them, by file and line; none where they were only to be skipped. */
  lines: { file: string; line: number; reason: string; text: string }[];
}

export interface PageRequest {
  path: string;
  /** The columns of a Parquet file that is no staged result; a staged one tells them itself. */
  schema?: Schema;
  offset: number;
  limit: number;
  signal?: AbortSignal;
}

export interface ProfileRequest {
  path: string;
  signal: AbortSignal;
  /** Share done, 0 to 1. */
  onProgress?: (share: number) => void;
}

export interface PrefixRequest {
  reads: SegmentRead[];
  steps: SegmentStep[];
  /** The step whose rows are wanted. */
  nodeId: string;
  limit: number;
  /** The columns of that step, where they are known. */
  schema?: Schema;
  ordered: boolean;
  parameters: BoundParameters;
  signal: AbortSignal;
}

/** `keep` rows at most become the table, `limit` of them the answer. */
export type KeepRequest = PrefixRequest & { schema: Schema; keep: number };

export type BatchRequest = Pick<PrefixRequest, 'reads' | 'steps' | 'nodeId' | 'parameters' | 'signal'>;

export interface LoadRequest {
  columns: { name: string; type: CarrierType }[];
  batches: AsyncIterable<ValueBatch>;
  signal: AbortSignal;
}

/** The table that holds a node's rows inside a statement. */
export function nodeTable(nodeId: string): string {
  return `@${nodeId}`;
}

/** The table that checked user text reads where the person wrote `master.<id>`. */
export function masterTable(nodeId: string): string {
  return `master.${nodeId}`;
}

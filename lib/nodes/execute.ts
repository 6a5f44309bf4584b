import type { SourceDescription } from '../bind/types.ts';
import type { FileScan, ScanOption } from '../sql/relation.ts';

/**
 * What a source or destination needs from the world, given by the runner: it has the caller's reach (any path on the
 * command line, the workspace's file root on the server) and the engine.
 */
export interface SourceContext {
  /** Absolute paths behind a path or glob, by name. Throws `file-not-found`, or a fault where the path is out of reach. */
  files(path: string): Promise<string[]>;
  /** Keeps a text in a private file that lives as long as what is read from it, and gives the file's absolute path. */
  privateFile(content: string, extension: string): Promise<string>;
  /** Looks at files once: their columns, settled options, fingerprint, rows and warnings. */
  discover(request: ScanRequest): Promise<SourceDescription>;
  signal: AbortSignal;
}

/** Files to look at. Options are DuckDB's own names and values, already checked; what is absent is sniffed. */
export interface ScanRequest {
  format: FileScan['format'];
  paths: string[];
  options: Record<string, ScanOption>;
  onBadRow: NonNullable<FileScan['onBadRow']>;
}

/** A node type that brings rows in. `Config` has parameters in place and passed the definition's schema. */
export interface SourceExecutor<Config> {
  kind: 'source';
  /** Looks at the source once before binding. Throws a `user` AppError whose place is a path inside the config. */
  describe(config: Config, context: SourceContext): Promise<SourceDescription>;
}

/** What a file destination writes; the runner resolves the path, copies to a temporary name and swaps. */
export interface FileTarget {
  path: string;
  format: FileScan['format'];
  /** COPY's options in DuckDB's own names and values, already checked. */
  options: Record<string, string | number | boolean>;
  /** Columns whose values become folders; empty for one file. */
  partitionBy: string[];
}

export interface DestinationExecutor<Config> {
  kind: 'destination';
  /** What to write where. Pure. */
  target(config: Config): FileTarget;
}

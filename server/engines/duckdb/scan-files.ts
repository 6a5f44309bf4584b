import type { DuckDBConnection } from '@duckdb/node-api';
import type { SourceDescription } from '#lib/bind/types.ts';
import type { ScanRequest } from '#lib/nodes/execute.ts';
import type { Schema } from '#lib/sql/schema.ts';

/** Files to look at, with what is known of them. */
export interface ScanFiles {
  request: ScanRequest;
  /** Files with anything in them; at least one. */
  paths: string[];
  /** Unpacked, as far as that is known. */
  bytes: number;
  connection: DuckDBConnection;
}

export type Discovered = Omit<SourceDescription, 'fingerprint'>;

/** How a CSV file is written, and the columns of a sample of it. */
export interface Dialect {
  delim: string;
  quote: string;
  escape: string;
  header: boolean;
  skip: number;
  comment: string;
  dateformat: string;
  timestampformat: string;
  /** False where the file mixes line ends or quotes loosely. */
  strict: boolean;
  columns: Schema;
}

import { version } from '@duckdb/node-api';

/** The engine that computes, by name and version: `duckdb 1.5.6`. */
export const ENGINE_VERSION = `duckdb ${version().replace(/^v/, '')}`;

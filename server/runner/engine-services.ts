import { stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { mkdtemp } from 'node:fs/promises';
import { quoteLiteral } from '#lib/sql/quote.ts';
import { openEngine } from '#server/engines/duckdb/open-engine.ts';
import { openOracle } from '#server/engines/duckdb/oracle.ts';
import type { EngineServices } from './run-pipeline.ts';

/** Stand-in until the engine's scanner is there. */
export async function openEngineServices(): Promise<EngineServices & { close(): Promise<void> }> {
  const oracle = await openOracle();
  return {
    version: 'duckdb 1.5.6',
    oracle,
    open: (options) => openEngine(options),
    discover: async (request) => {
      const engine = openEngine({
        directories: [],
        files: request.paths,
        tempDirectory: await mkdtemp(path.join(os.tmpdir(), 'scan-')),
        memoryLimitBytes: 5e8,
        threads: 1,
        concurrency: 1,
        orders: 'ordered',
      });
      const reader = { csv: 'read_csv', json: 'read_json', ndjson: 'read_json', parquet: 'read_parquet' }[
        request.format
      ];
      const page = await engine.samplePrefix({
        reads: [],
        steps: [
          {
            nodeId: 'scan',
            sql: `SELECT * FROM ${reader}([${request.paths.map(quoteLiteral).join(',')}])`,
            rows: 'source',
            inputs: [],
            merge: 'none',
            knownRows: null,
            volatile: false,
          },
        ],
        nodeId: 'scan',
        limit: 1,
        ordered: true,
        parameters: {},
        signal: new AbortController().signal,
      });
      await engine.close();
      const stats = await Promise.all(request.paths.map((p) => stat(p)));
      return {
        schema: page.schema,
        scan: { ...request, schema: page.schema, options: {} },
        fingerprint: JSON.stringify(stats.map((s) => [s.size, s.mtimeMs])),
        estimatedRows: null,
        warnings: [],
      };
    },
    close: () => oracle.close(),
  };
}

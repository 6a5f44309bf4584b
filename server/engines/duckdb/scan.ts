import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { SourceDescription } from '#lib/bind/types.ts';
import { AppError } from '#lib/errors/app-error.ts';
import type { ScanRequest } from '#lib/nodes/execute.ts';
import { quoteLiteral } from '#lib/sql/quote.ts';
import { describeColumns } from './describe-columns.ts';
import { fromDuckDB } from './duckdb-error.ts';
import { LockedInstance } from './instance.ts';
import { memoryBudget } from './memory-budget.ts';
import { readNumber } from './read-rows.ts';
import { unpackedSize } from './compressed-size.ts';
import type { Discovered, ScanFiles } from './scan-files.ts';
import { discoverCsv } from './scan-csv.ts';
import { refuseDeepJson } from './json-depth.ts';
import { discoverJson } from './scan-json.ts';

/** Files up to this size altogether are known by their content, so that touching one changes nothing. */
const HASHED_BYTES = 4 * 1024 ** 2;
const KEPT_ANSWERS = 500;
/** Types are found out beside running work; this is what that may take of the memory. */
const MEMORY_SHARE = 8;

export interface Scanner {
  /**
   * Columns, settled reader options, fingerprint and number of rows of files within the caller's reach. Throws a `user`
   * AppError that names the file, and the line where there is one.
   */
  discover(request: ScanRequest, signal?: AbortSignal): Promise<SourceDescription>;
}

/** Looks at files, each once: the answer holds until one of them changes. */
export function createScanner(): Scanner {
  const answers = new Map<string, SourceDescription>();
  return {
    async discover(request, signal) {
      const files = await look(request.paths, signal);
      const key = JSON.stringify([request, files.fingerprint]);
      const known = answers.get(key);
      if (known) return known;
      const found = await discover(request, files, signal);
      refuseVariants(found);
      answers.set(key, found);
      const [oldest] = answers.keys();
      if (answers.size > KEPT_ANSWERS && oldest !== undefined) answers.delete(oldest);
      return found;
    },
  };
}

/** DuckDB takes a VARIANT for a list in places, reads beyond it, and ends with the whole process. */
function refuseVariants({ schema }: SourceDescription): void {
  const column = schema.find(({ type }) => /\bVARIANT\b/.test(type));
  if (column)
    throw new AppError(
      'type-not-allowed',
      `The column "${column.name}" is of type VARIANT, which cannot be read`,
      {
        hint: 'Write it as JSON, or as a struct.',
      },
    );
}

interface LookedAt {
  sizes: { file: string; size: number }[];
  fingerprint: string;
}

async function look(paths: readonly string[], signal?: AbortSignal): Promise<LookedAt> {
  const all = await Promise.all(
    paths.map(async (file) => {
      const stats = await stat(file).catch((error: unknown) => {
        throw new AppError('file-not-found', `There is no file ${path.basename(file)}`, {
          hint: 'Check the path; relative ones start at the folder of the pipeline.',
          cause: error,
        });
      });
      if (stats.isDirectory())
        throw new AppError('path-is-folder', `${path.basename(file)} is a folder`, {
          hint: `Name its files, for instance ${path.join(file, '*.csv')}.`,
        });
      if (!stats.isFile())
        throw new AppError(
          'path-not-a-file',
          `${path.basename(file)} is no file, but a device, a pipe or a socket`,
          {
            hint: 'Write what comes out of it to a file first.',
          },
        );
      return { file, size: stats.size, changed: stats.mtimeMs };
    }),
  );
  const total = all.reduce((sum, { size }) => sum + size, 0);
  const marks =
    total <= HASHED_BYTES
      ? await Promise.all(all.map(({ file }) => contentHash(file, signal)))
      : all.map(({ size, changed }) => `${size}@${changed}`);
  return { sizes: all, fingerprint: createHash('sha256').update(JSON.stringify(marks)).digest('hex') };
}

async function contentHash(file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, signal ? { signal } : {})) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function discover(
  request: ScanRequest,
  files: LookedAt,
  signal?: AbortSignal,
): Promise<SourceDescription> {
  const filled = files.sizes.filter(({ size }) => size > 0);
  if (filled.length === 0) {
    throw new AppError(
      'file-empty',
      `${files.sizes.map(({ file }) => path.basename(file)).join(', ')} is empty${request.format === 'csv' ? ': there is not even a header' : ''}`,
      { hint: 'Check what writes it.' },
    );
  }
  if (request.format === 'json' || request.format === 'ndjson')
    for (const { file } of filled)
      await refuseDeepJson(file, { perLine: request.format === 'ndjson', signal });
  let bytes = 0;
  for (const { file, size } of filled)
    bytes += file.toLowerCase().endsWith('.gz') ? ((await unpackedSize(file, signal)) ?? size * 10) : size;
  const instance = await LockedInstance.open({
    allowedDirectories: [],
    allowedPaths: request.paths,
    tempDirectory: null,
    memoryLimitBytes: Math.floor(memoryBudget() / MEMORY_SHARE),
    threads: 2,
    preserveInsertionOrder: true,
    connections: 1,
  });
  try {
    const found = await instance.use(
      (connection) => discoverFormat({ request, paths: filled.map(({ file }) => file), bytes, connection }),
      { signal },
    );
    return { ...found, fingerprint: files.fingerprint };
  } catch (error) {
    throw fromDuckDB(error);
  } finally {
    await instance.close();
  }
}

function discoverFormat(files: ScanFiles): Promise<Discovered> {
  switch (files.request.format) {
    case 'csv':
      return discoverCsv(files);
    case 'json':
    case 'ndjson':
      return discoverJson(files);
    case 'parquet':
      return discoverParquet(files);
  }
}

async function discoverParquet({ request, paths, connection }: ScanFiles): Promise<Discovered> {
  const list = `[${paths.map(quoteLiteral).join(', ')}]`;
  const options = paths.length > 1 ? { ...request.options, union_by_name: true } : request.options;
  const schema = await describeColumns(
    connection,
    `SELECT * FROM read_parquet(${list}${paths.length > 1 ? ', union_by_name = true' : ''})`,
  );
  const rows = await readNumber(
    connection,
    `SELECT CAST(sum(num_rows) AS BIGINT) FROM parquet_file_metadata(${list})`,
  );
  return {
    schema,
    scan: { format: 'parquet', paths, options, schema, onBadRow: 'fail' },
    estimatedRows: rows,
    warnings: [],
  };
}

import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { SourceDescription } from '#lib/bind/types.ts';
import { AppError } from '#lib/errors/app-error.ts';
import { compilerOf, definitionOf } from '#lib/nodes/catalogue.ts';
import type { SourceContext, SourceExecutor } from '#lib/nodes/execute.ts';
import { targetOf } from '#lib/nodes/file-destination/target.ts';
import { executors } from '#lib/nodes/registry/server.ts';
import { quoteLiteral } from '#lib/sql/quote.ts';
import {
  columnsOf,
  comparable,
  expectedFaultSchema,
  expectedTableSchema,
  readCases,
  type ExpectedFault,
} from './case-tables.ts';
import { printRelation } from './printer.ts';
import { createScanner } from './scan.ts';

// The cases of nodes that read files: the files of a case are laid down, looked at, and read by the printed scan.

const caseSchema = z.strictObject({
  name: z.string(),
  config: z.record(z.string(), z.unknown()),
  /** By name: a text, bytes, a text to be compressed, or a query whose rows become a Parquet file. */
  files: z
    .record(
      z.string(),
      z.union([
        z.string(),
        z.strictObject({ base64: z.string() }),
        z.strictObject({ gzip: z.string() }),
        z.strictObject({ parquet: z.string() }),
      ]),
    )
    .default({}),
  /** Codes of what is said about the source before anything runs. */
  warnings: z.array(z.string()).default([]),
  expected: z.union([expectedTableSchema, z.strictObject({ error: expectedFaultSchema })]),
});
type FileCase = z.infer<typeof caseSchema>;

const scanner = createScanner();
let connection: DuckDBConnection;
let base: string;
beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
  base = await mkdtemp(path.join(os.tmpdir(), 'file-nodes-'));
});
afterAll(async () => {
  connection.closeSync();
  await rm(base, { recursive: true });
});

for (const type of ['file-source', 'inline-source'] as const) {
  describe(type, () => {
    const cases = readCases(type, caseSchema);
    it('has cases', () => {
      expect(cases.length).toBeGreaterThan(0);
    });
    it.each(cases.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
      const folder = await mkdtemp(path.join(base, 'case-'));
      for (const [name, content] of Object.entries(one.files))
        await layDown(path.join(folder, name), content);
      if ('error' in one.expected) await expectFault(read(type, one, folder), one.expected.error);
      else {
        const { columns, rows, warnings } = await read(type, one, folder);
        expect({ columns, rows }).toEqual({
          columns: one.expected.columns,
          rows: one.expected.rows.map((row) => row.map(comparable)),
        });
        expect(warnings).toEqual(one.warnings);
      }
    });
  });
}

async function layDown(file: string, content: FileCase['files'][string]): Promise<void> {
  if (typeof content === 'string') await writeFile(file, content);
  else if ('base64' in content) await writeFile(file, Buffer.from(content.base64, 'base64'));
  else if ('gzip' in content) await writeFile(file, gzipSync(content.gzip));
  else await connection.run(`COPY (${content.parquet}) TO ${quoteLiteral(file)} (FORMAT parquet)`);
}

/** Reads the source as a run does: looked at, compiled, printed, executed. */
async function read(type: 'file-source' | 'inline-source', one: FileCase, folder: string) {
  const config = definitionOf(type)?.config.parse(one.config);
  const executor: SourceExecutor<never> = executors[type];
  const source: SourceDescription = await executor.describe(config as never, contextIn(folder));
  const relation = compilerOf(type)?.({
    config,
    inputs: {},
    scan: source.scan && { op: 'scan', scan: source.scan },
  });
  if (!relation) throw new Error(`no type ${type}`);
  const statement = printRelation(relation, { inputs: {} });
  const columns = await columnsOf(connection, statement);
  expect(source.schema).toEqual(columns);
  const result = await connection.runAndReadAll(statement);
  return {
    columns,
    rows: result.getRowsJson().map((row) => row.map(comparable)),
    warnings: source.warnings.map(({ code }) => code),
  };
}

function contextIn(folder: string): SourceContext {
  return {
    async files(pattern) {
      const glob = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
      const names = (await readdir(folder)).filter((name) => glob.test(name)).sort();
      return (names.length > 0 ? names : [pattern]).map((name) => path.join(folder, name));
    },
    async privateFile(content, extension) {
      const file = path.join(folder, `private.${extension}`);
      await writeFile(file, content);
      return file;
    },
    discover: (request) => scanner.discover(request),
    signal: new AbortController().signal,
  };
}

async function expectFault(work: Promise<unknown>, expected: ExpectedFault): Promise<void> {
  const thrown: unknown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof z.ZodError) {
    expect(expected.code).toBe('invalid-config');
    expect(thrown.issues.map((issue) => issue.path)).toContainEqual(expected.path);
  } else if (thrown instanceof AppError) {
    expect(thrown).toMatchObject({ code: expected.code, kind: 'user' });
    if (expected.path) expect(thrown.place?.path).toEqual(expected.path);
    expect(thrown.message).toContain(expected.message ?? '');
  } else {
    expect(thrown).toBeInstanceOf(Error);
    expect(expected.code).toBe('sql-failed');
    expect((thrown as Error).message).toContain(expected.message ?? 'no such failure was expected');
  }
}

describe('the target of a file-destination', () => {
  const target = (config: Parameters<typeof targetOf>[0]) => targetOf(config);
  it.each([
    [{ path: 'a.csv' }, 'csv', { header: true, delim: ',', compression: 'none' }],
    [{ path: 'a.TSV.gz' }, 'csv', { header: true, delim: '\t', compression: 'gzip' }],
    [
      { path: 'a', format: 'csv' as const, options: { delimiter: ';', header: false } },
      'csv',
      { header: false, delim: ';', compression: 'none' },
    ],
    [{ path: 'a.json' }, 'json', { compression: 'none' }],
    [{ path: 'a.jsonl.zst' }, 'ndjson', { compression: 'zstd' }],
    [{ path: 'a.parquet' }, 'parquet', { compression: 'snappy' }],
    [
      { path: 'a.parquet', options: { compression: 'none' as const } },
      'parquet',
      { compression: 'uncompressed' },
    ],
  ])('%j', (config, format, options) => {
    expect(target(config)).toEqual({ path: config.path, format, options, partitionBy: [] });
  });

  it('is a folder of Parquet files where nothing else is said', () => {
    expect(target({ path: 'out/by_year', partitionBy: ['year'] })).toMatchObject({
      format: 'parquet',
      partitionBy: ['year'],
    });
  });
});

import type { Stats } from 'node:fs';
import { cp, lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { KilledPipeline } from './pipelines.ts';

/** What an output holds, as a bag of rows; `absent` where nothing lies there, `broken` where it cannot be read. */
export type Content = string;

/** Reads outputs with a DuckDB of its own: no code of ours says what is whole. */
export class Reader {
  readonly #connection: DuckDBConnection;

  private constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  static async open(): Promise<Reader> {
    return new Reader(await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect());
  }

  async contents(folder: string, { outputs }: KilledPipeline): Promise<Record<string, Content>> {
    const contents: Record<string, Content> = {};
    for (const output of outputs) contents[output] = await this.#content(path.join(folder, output));
    return contents;
  }

  /** A runner that outlived the kill may put a new output in place during the reading: then what was read is a mixture. */
  async #content(file: string): Promise<Content> {
    for (;;) {
      const before = await lstat(file).catch(() => null);
      const content = before ? await this.#read(file, before) : 'absent';
      const after = await lstat(file).catch(() => null);
      if (before?.ino === after?.ino) return content;
    }
  }

  async #read(file: string, stats: Stats): Promise<Content> {
    try {
      const rows = await this.#connection.runAndReadAll(
        `SELECT count(*), sum(hash(t)::HUGEINT) FROM ${await readerOf(file, stats.isDirectory())} t`,
      );
      return JSON.stringify(rows.getRowsJson());
    } catch (error) {
      return `broken: ${String(error)}`;
    }
  }
}

async function readerOf(file: string, isFolder: boolean): Promise<string> {
  const place = isFolder ? `${file}/**` : file;
  const names = isFolder ? await readdir(file, { recursive: true }) : [file];
  if (names.some((name) => name.endsWith('.parquet')))
    return `read_parquet('${place}${isFolder ? '/*.parquet' : ''}', hive_partitioning = ${isFolder})`;
  if (names.some((name) => name.endsWith('.ndjson'))) return `read_ndjson('${place}')`;
  return `read_csv('${place}${isFolder ? '/*.csv' : ''}', all_varchar = true, header = true, hive_partitioning = ${isFolder})`;
}

/** Names below a folder that a killed writer left. */
export async function leftovers(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names.filter((name) => path.basename(name).startsWith('.sluice-'));
}

/** Puts other outputs in place of what is there; null leaves none. */
export async function replaceOutputs(folder: string, template: string | null): Promise<void> {
  await rm(path.join(folder, 'out'), { recursive: true, force: true });
  if (template !== null) await cp(path.join(template, 'out'), path.join(folder, 'out'), { recursive: true });
}

/**
 * What is wrong with outputs right after a kill: each must hold what it held before or what the run was to write. A
 * folder may for a moment lie beside its place, whole, where the next run finds it.
 */
export function halfWritten(
  after: Record<string, Content>,
  {
    before,
    expected,
    besides,
  }: { before: Record<string, Content>; expected: Record<string, Content>; besides: string[] },
): string[] {
  return Object.entries(after).flatMap(([output, content]) => {
    if (content === before[output] || content === expected[output]) return [];
    const isAside =
      content === 'absent' &&
      besides.some((name) => name.includes('.sluice-old-') && name.endsWith(path.basename(output)));
    return isAside ? [] : [`${output} is ${content}, which is neither its old content nor its new`];
  });
}

import { randomBytes } from 'node:crypto';
import { copyFile, link, mkdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { rowSchema } from '#lib/contracts/run-record.ts';
import { schemaSchema } from '#lib/sql/schema.ts';
import { writeFileAtomic } from './atomic-file.ts';
import { resultSchema } from './manifest.ts';
import { stagingRoot } from './staging-area.ts';

/** What a node's record said when its rows were made, so that a run that reuses them can say it again. */
const memberSchema = z.object({
  key: z.string(),
  rows: z.number().nullable(),
  rowsAtLeast: z.number().nullable(),
  sample: z.array(rowSchema).nullable(),
  sql: z.string().nullable(),
});
export type KeptMember = z.infer<typeof memberSchema>;

const entrySchema = z.object({
  version: z.literal(1),
  key: z.string(),
  runId: z.string(),
  madeAt: z.iso.datetime(),
  counts: z.enum(['exact', 'fast']),
  result: resultSchema,
  rows: z.number(),
  schema: schemaSchema,
  /** The nodes of the statement that made it. */
  members: z.array(memberSchema),
});
/** A result that any later run of the same scope may use, found by its content key. */
export type KeptEntry = z.infer<typeof entrySchema>;

const KEY = /^[0-9a-f]{64}$/;

/** The folder of results kept by content key. */
export function storeFolder(dataDirectory: string): string {
  return path.join(stagingRoot(dataDirectory), 'artefacts');
}

/**
 * Results by content key: `<key>.parquet` and `<key>.json` beside it. Runs take hard links into their own folders, so
 * the file system counts who still needs a file and collecting here takes nothing from a run. An entry whose Parquet
 * file was collected still tells the counts and samples.
 */
export class ResultStore {
  readonly #folder: string;

  constructor(dataDirectory: string) {
    this.#folder = storeFolder(dataDirectory);
  }

  /** What is known under this key, whether or not its rows are still there. Null for nothing, or nothing readable. */
  async find(key: string): Promise<KeptEntry | null> {
    const text = await readFile(this.#entryOf(key), 'utf8').catch(() => null);
    if (text === null) return null;
    try {
      const entry = entrySchema.parse(JSON.parse(text));
      return entry.key === key ? entry : null;
    } catch {
      // Cut off by a crash of the machine, or of another version: as if it were not there.
      return null;
    }
  }

  /** Brings a kept file to `target`; false where it is gone or not as it was left. Marks it as used. */
  async take(entry: KeptEntry, target: string): Promise<boolean> {
    if (entry.result.kind !== 'staged') return false;
    const file = this.#rowsOf(entry.key);
    if (!(await linkWhole(file, target, entry.result.bytes))) return false;
    await this.markUsed(entry.key);
    return true;
  }

  /** What was used last is collected last. */
  async markUsed(key: string): Promise<void> {
    const now = new Date();
    // Another process may collect it at this moment; then there is nothing to mark.
    await utimes(this.#entryOf(key), now, now).catch(() => undefined);
  }

  /** Keeps a result; `file` holds its rows where they are staged. The entry is written last: only what it names is whole. */
  async keep(entry: KeptEntry, file: string | null): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    if (file !== null) await replaceByLink(file, this.#rowsOf(entry.key));
    await writeFileAtomic(this.#entryOf(entry.key), JSON.stringify(entry));
  }

  #entryOf(key: string): string {
    if (!KEY.test(key)) throw new Error('a content key is a SHA-256 in hexadecimal');
    return path.join(this.#folder, `${key}.json`);
  }

  #rowsOf(key: string): string {
    return path.join(this.#folder, `${key}.parquet`);
  }
}

/** Brings a whole file of this size to `target`, without copying where the file system can; false where it is not there. */
export async function linkWhole(file: string, target: string, bytes: number): Promise<boolean> {
  await rm(target, { force: true });
  try {
    await linkOrCopy(file, target);
  } catch {
    return false;
  }
  // Of the file that is now ours: the other name may be collected at any moment.
  const { size } = await stat(target);
  if (size === bytes) return true;
  await rm(target, { force: true });
  return false;
}

async function replaceByLink(file: string, target: string): Promise<void> {
  const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  await linkOrCopy(file, temporary);
  await rename(temporary, target);
  // Renaming one name of a file over another name of the same file does nothing at all.
  await rm(temporary, { force: true });
}

/** A hard link costs nothing; across file systems only a copy works. */
async function linkOrCopy(file: string, target: string): Promise<void> {
  try {
    await link(file, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
    await copyFile(file, target);
  }
}

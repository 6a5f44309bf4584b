import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { schemaSchema } from '#lib/sql/schema.ts';
import { runStatusSchema } from '#lib/contracts/run-record.ts';

/** `staged`: a Parquet file beside this. `written`: what a destination wrote elsewhere. `passed`: only its count is known. */
export const resultSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('staged'), file: z.string(), bytes: z.number() }),
  z.object({
    kind: z.literal('written'),
    path: z.string().nullable(),
    bytes: z.number(),
    /** What `stampOf` said of it when it was written. */
    stamp: z.string().nullable().default(null),
  }),
  z.object({ kind: z.literal('passed') }),
]);
export type ManifestResult = z.infer<typeof resultSchema>;

/** What one finished node left behind. */
export const manifestNodeSchema = z.object({
  /** Content key: equal keys mean equal rows. Null where the rows must never be reused. */
  key: z.string().nullable(),
  result: resultSchema,
  rows: z.number().nullable(),
  schema: schemaSchema,
  /** For what was written elsewhere: the staged file of another node that holds the same rows, once somebody asked for it. */
  sameRows: z.string().optional(),
});
export type ManifestNode = z.infer<typeof manifestNodeSchema>;

/** The index of a run's staging folder: only what it names is whole. */
export const manifestSchema = z.object({
  version: z.literal(1),
  runId: z.string(),
  engineVersion: z.string(),
  startedAt: z.string(),
  status: runStatusSchema,
  nodes: z.record(z.string(), manifestNodeSchema),
});
export type Manifest = z.infer<typeof manifestSchema>;

export const MANIFEST_FILE = 'manifest.json';

/** The manifest of a run's folder, or null where there is none (never run here, or collected). */
export async function readManifest(folder: string): Promise<Manifest | null> {
  let text: string;
  try {
    text = await readFile(path.join(folder, MANIFEST_FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const manifest = manifestSchema.parse(JSON.parse(text));
  return { ...manifest, nodes: bareNodes(manifest.nodes) };
}

/** Without a prototype: a node may be called `constructor`. */
export function bareNodes(nodes: Record<string, ManifestNode> = {}): Record<string, ManifestNode> {
  return Object.assign({ __proto__: null } as unknown as Record<string, ManifestNode>, nodes);
}

import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { BoundGraph, BoundNode } from '#lib/bind/types.ts';
import { nodeStatusSchema } from '#lib/contracts/run-record.ts';
import { contentOf, hashOf, versionFor, type Versions } from './content-keys.ts';
import { writeFileAtomic } from './staging/atomic-file.ts';
import { historyFolder } from './staging/staging-area.ts';

const partsSchema = z.object({
  engine: z.string(),
  type: z.string(),
  config: z.record(z.string(), z.string()),
  parameters: z.record(z.string(), z.string()),
  inputs: z.string(),
  relation: z.string(),
  fingerprint: z.string().nullable(),
});
/** What a node's key was made of, each part as a hash, so that two runs can be told apart in words. */
export type KeyParts = z.infer<typeof partsSchema>;

const pastNodeSchema = z.object({
  key: z.string().nullable(),
  parts: partsSchema,
  status: nodeStatusSchema,
  at: z.iso.datetime(),
  /** Its code was seen to ask chance or the clock, whatever its text lets one expect. */
  usedChance: z.literal(true).optional(),
});
/** A node as it was when it last ran. */
export type PastNode = z.infer<typeof pastNodeSchema>;

const historySchema = z.object({ version: z.literal(1), nodes: z.record(z.string(), pastNodeSchema) });

/** A pipeline, told apart from all others: whose it is, and which. */
export interface PipelineIdentity {
  scope: string;
  pipeline: string;
}

/**
 * How each node of a pipeline was when it last ran. Empty before the first run, and where nothing can be read. It has no
 * prototype: a node may be called `constructor`.
 */
export async function readHistory(
  dataDirectory: string,
  identity: PipelineIdentity,
): Promise<Record<string, PastNode>> {
  const bare = { __proto__: null } as unknown as Record<string, PastNode>;
  try {
    const text = await readFile(fileOf(dataDirectory, identity), 'utf8');
    return Object.assign(bare, historySchema.parse(JSON.parse(text)).nodes);
  } catch {
    // It only serves to say why something ran.
    return bare;
  }
}

export async function writeHistory(
  dataDirectory: string,
  identity: PipelineIdentity,
  nodes: Record<string, PastNode>,
): Promise<void> {
  await mkdir(historyFolder(dataDirectory), { recursive: true, mode: 0o700 });
  await writeFileAtomic(fileOf(dataDirectory, identity), JSON.stringify({ version: 1, nodes }));
}

function fileOf(dataDirectory: string, { scope, pipeline }: PipelineIdentity): string {
  return path.join(historyFolder(dataDirectory), `${hashOf([scope, pipeline])}.json`);
}

export function keyPartsOf(node: BoundNode, graph: BoundGraph, versions: Versions): KeyParts {
  const content = contentOf(node, graph);
  const config = (node.config ?? {}) as Record<string, unknown>;
  return {
    engine: versionFor(node, versions),
    type: `${content.type} ${content.version}`,
    config: hashes(config),
    parameters: hashes(content.parameters),
    inputs: short([content.inputs, node.dependsOn]),
    relation: short(content.relation),
    fingerprint: content.fingerprint,
  };
}

function hashes(values: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, short(value)]));
}

/** Enough to tell two values of one node apart. */
function short(value: unknown): string {
  return hashOf(value ?? null).slice(0, 16);
}

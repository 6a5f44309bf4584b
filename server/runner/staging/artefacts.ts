import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { NodeId } from '#lib/graph/ids.ts';
import { nodeId } from '#lib/graph/ids.ts';
import type { Artefact } from '#lib/plan/types.ts';
import type { Manifest, ManifestNode } from './manifest.ts';

/** A result that may be used again, and the schema its rows have. */
export interface FoundArtefact extends Artefact {
  kind: 'staged' | 'written';
}

/**
 * The results of an earlier run that are still true: made under the same content key, and on disk as they were left.
 * A file written by a destination counts as long as nobody has changed it since.
 */
export async function usableArtefacts(
  folder: string,
  manifest: Manifest,
  keys: ReadonlyMap<NodeId, string | null>,
): Promise<Map<NodeId, FoundArtefact>> {
  const found = new Map<NodeId, FoundArtefact>();
  for (const [id, entry] of Object.entries(manifest.nodes)) {
    const key = keys.get(nodeId(id)) ?? null;
    if (key === null || entry.key !== key || entry.rows === null) continue;
    const place = await placeOf(folder, entry);
    if (place) found.set(nodeId(id), { nodeId: nodeId(id), key, rows: entry.rows, ...place });
  }
  return found;
}

async function placeOf(
  folder: string,
  { result }: ManifestNode,
): Promise<Pick<FoundArtefact, 'kind' | 'path' | 'bytes'> | null> {
  if (result.kind === 'passed') return null;
  if (result.kind === 'written' && result.path === null)
    return { kind: 'written', path: '', bytes: result.bytes };
  const file = result.kind === 'staged' ? path.join(folder, result.file) : (result.path ?? '');
  const found = await stat(file).catch(() => null);
  if (!found) return null;
  const same = result.kind === 'staged' ? found.size === result.bytes : found.mtimeMs === result.modifiedMs;
  return same ? { kind: result.kind, path: file, bytes: result.bytes } : null;
}

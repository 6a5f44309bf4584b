import path from 'node:path';
import type { BoundGraph, BoundNode } from '#lib/bind/types.ts';
import type { NodeId } from '#lib/graph/ids.ts';
import type { Artefact } from '#lib/plan/types.ts';
import type { DestinationFile } from '#server/engines/duckdb/engine.ts';
import type { Manifest, ManifestResult } from './manifest.ts';
import { linkWhole, type KeptMember, type ResultStore } from './result-store.ts';
import { stampOf } from './stamp.ts';

/** A result that may be used again. A staged one already lies in the new run's folder. */
export interface FoundArtefact extends Artefact {
  result: Exclude<ManifestResult, { kind: 'passed' }>;
  /** The run that made it, and when; null where only that run's manifest tells of it. */
  madeAt: string | null;
}

/** What was found for a run: results by node, and what is known of nodes by content key. */
export interface Found {
  artefacts: Map<NodeId, FoundArtefact>;
  members: Map<string, KeptMember>;
}

export interface Search {
  graph: BoundGraph;
  keys: ReadonlyMap<NodeId, string | null>;
  /** Where destinations would write now. */
  destinations: ReadonlyMap<NodeId, DestinationFile>;
  counts: 'exact' | 'fast';
  /** Where a node is staged in the new run's folder. */
  pathOf: (nodeId: NodeId) => string;
  /** The run that is resumed, and its folder. */
  earlier: { folder: string; manifest: Manifest } | null;
  /** Null where only the resumed run's results may be used. */
  store: ResultStore | null;
}

/**
 * The results that are still true: made under the same content key, and on disk as they were left. A file written by a
 * destination counts as long as it lies where this run would write it, and nobody has changed it since.
 */
export async function findArtefacts(search: Search): Promise<Found> {
  const found: Found = { artefacts: new Map(), members: new Map() };
  await Promise.all(
    search.graph.nodes.map(async (node) => {
      const key = search.keys.get(node.id) ?? null;
      if (key === null || node.node.disabled) return;
      const kept = await fromStore(node, key, search, found);
      const artefact = kept ?? (await fromRun(node, key, search));
      if (artefact && node.node.cache !== 'never-keep') found.artefacts.set(node.id, artefact);
    }),
  );
  return found;
}

async function fromStore(
  node: BoundNode,
  key: string,
  search: Search,
  found: Found,
): Promise<FoundArtefact | null> {
  const { store } = search;
  const entry = await store?.find(key);
  if (!store || !entry) return null;
  for (const member of entry.members)
    if (isBetter(member, found.members.get(member.key))) found.members.set(member.key, member);
  const { result, rows, madeAt } = entry;
  // What was made without counting everything is no answer to a run that wants every count.
  const lacksCounts = entry.counts === 'fast' && entry.members.some((member) => member.rows === null);
  if ((search.counts === 'exact' && lacksCounts) || node.node.cache === 'never-keep') return null;
  const artefact = (path: string) => ({
    nodeId: node.id,
    key,
    rows,
    bytes: result.kind === 'passed' ? 0 : result.bytes,
    path,
  });
  if (result.kind === 'staged') {
    const own = search.pathOf(node.id);
    return (await store.take(entry, own))
      ? { ...artefact(own), result: { ...result, file: path.basename(own) }, madeAt }
      : null;
  }
  if (result.kind !== 'written' || result.path === null) return null;
  if (!(await isAsWritten(result, search.destinations.get(node.id)))) return null;
  await store.markUsed(key);
  return { ...artefact(result.path), result, madeAt };
}

function isBetter(member: KeptMember, other: KeptMember | undefined): boolean {
  return (
    !other ||
    (other.rows === null && member.rows !== null) ||
    (other.sample === null && member.sample !== null)
  );
}

async function fromRun(node: BoundNode, key: string, search: Search): Promise<FoundArtefact | null> {
  const entry = search.earlier?.manifest.nodes[node.id];
  if (!search.earlier || !entry || entry.key !== key || entry.rows === null) return null;
  const { result, rows } = entry;
  const artefact = (path: string) => ({ nodeId: node.id, key, rows, path, madeAt: null });
  if (result.kind === 'passed') return null;
  if (result.kind === 'staged') {
    const own = search.pathOf(node.id);
    return (await linkWhole(path.join(search.earlier.folder, result.file), own, result.bytes))
      ? { ...artefact(own), bytes: result.bytes, result: { ...result, file: path.basename(own) } }
      : null;
  }
  if (result.path !== null && !(await isAsWritten(result, search.destinations.get(node.id)))) return null;
  return { ...artefact(result.path ?? ''), bytes: result.bytes, result };
}

async function isAsWritten(
  result: { path: string | null; stamp: string | null },
  target: DestinationFile | undefined,
): Promise<boolean> {
  if (result.path === null || result.stamp === null || target?.path !== result.path) return false;
  return (await stampOf(result.path)) === result.stamp;
}

import type { BoundGraph } from '#lib/bind/types.ts';
import type { NodeId } from '#lib/graph/ids.ts';
import { Sources, type SourcesOptions } from './sources.ts';

/** The sources that are no longer what they were when the graph was bound, or cannot be read any more. */
export async function changedSources(graph: BoundGraph, options: SourcesOptions): Promise<Set<NodeId>> {
  // The run may have been cancelled; that is no reason to look away.
  const sources = new Sources({ ...options, signal: new AbortController().signal });
  const changed = new Set<NodeId>();
  for (const node of graph.nodes) {
    if (node.kind !== 'source') continue;
    const now = await sources
      .describe({ id: node.id, type: node.node.type, config: node.config })
      .catch(() => null);
    if (now?.fingerprint !== node.source?.fingerprint) changed.add(node.id);
  }
  return changed;
}

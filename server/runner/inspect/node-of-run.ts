import type { BoundGraph, BoundNode } from '#lib/bind/types.ts';
import type { ReadDocument } from '#lib/document/read.ts';
import { AppError } from '#lib/errors/app-error.ts';
import type { NodeId } from '#lib/graph/ids.ts';
import type { Artefact } from '#lib/plan/types.ts';
import type { ManifestNode } from '../staging/manifest.ts';
import type { StagingArea } from '../staging/staging-area.ts';

/** A node of a run that has ended, with what that run ran. */
export interface NodeOfRun {
  workspaceId: string;
  runId: string;
  nodeId: string;
  document: Record<string, unknown>;
  parameters: Record<string, unknown>;
}

/** What a run left behind of a node. Throws `rows-gone` where that was collected, `no-rows` where it left nothing. */
export function entryOf(area: StagingArea | null, nodeId: string): ManifestNode {
  if (!area) throw rowsGone();
  const entry = area.entry(nodeId);
  if (entry) return entry;
  throw new AppError('no-rows', 'This node put out no rows in that run.', { nodeId });
}

const rowsGone = () =>
  new AppError('rows-gone', 'Nothing is kept of this run any more.', {
    hint: 'Results are kept for a while. Run the pipeline again to see its rows.',
  });

/**
 * The node whose rows are asked for: a destination's are those of what it writes, so where one node reaches it unchanged
 * that is the one. Throws `no-rows` where what was written cannot be had so.
 */
export function rowsNode(nodeId: string, entry: ManifestNode, { document }: ReadDocument): string {
  if (entry.result.kind !== 'written') return nodeId;
  const [edge, ...others] = (document?.edges ?? []).filter(({ target }) => target === nodeId);
  if (edge && others.length === 0 && (edge.transform?.mode ?? 'all') === 'all') return edge.source;
  throw new AppError('no-rows', 'What a destination wrote lies in its file, and is not kept beside it.', {
    hint: 'Look at the nodes that it reads.',
    nodeId,
  });
}

/** The run's own staged results, as a plan may use them. */
export function ownArtefacts(area: StagingArea): Map<NodeId, Artefact> {
  return new Map(
    area
      .entries()
      .flatMap(([id, { key, result, rows }]) =>
        result.kind === 'staged' && rows !== null
          ? [
              [
                id as NodeId,
                { nodeId: id as NodeId, key: key ?? '', path: area.pathOf(id), rows, bytes: result.bytes },
              ] as const,
            ]
          : [],
      ),
  );
}

/** The bound node. Throws `source-changed` where the document does not bind any more as it did when it ran. */
export function boundNode(graph: BoundGraph, nodeId: string, trouble: AppError | undefined): BoundNode {
  const node = graph.nodes.find(({ id }) => id === nodeId);
  if (node) return node;
  throw new AppError(
    'source-changed',
    trouble?.message ?? 'What this node was made from has changed since the run.',
    {
      hint: 'Its rows cannot be made again as that run saw them. Run the pipeline again.',
      nodeId,
    },
  );
}

import { stat } from 'node:fs/promises';
import { AppError } from '#lib/errors/app-error.ts';
import type { BoundNode } from '#lib/bind/types.ts';
import type { NodeId } from '#lib/graph/ids.ts';
import type { DestinationExecutor } from '#lib/nodes/execute.ts';
import { executors } from '#lib/nodes/registry/server.ts';
import type { FileReach } from '#server/files/file-root.ts';
import type { DestinationFile } from '#server/engines/duckdb/engine.ts';
import type { ManifestNode } from '../staging/manifest.ts';

/**
 * What each destination among the nodes writes and where, with the path made absolute within the caller's reach.
 * Throws a `user` AppError about the node's config.
 */
export async function destinationFiles(
  nodes: readonly BoundNode[],
  reach: FileReach,
): Promise<Map<NodeId, DestinationFile>> {
  const files = new Map<NodeId, DestinationFile>();
  const writers = new Map<string, BoundNode>();
  for (const node of nodes) {
    if (node.kind !== 'destination') continue;
    try {
      const target = executorOf(node).target(node.config);
      const path = await reach.toWrite(target.path);
      const other = writers.get(path);
      if (other)
        throw new AppError(
          'destination-clash',
          `"${other.name}" and "${node.name}" both write ${target.path}.`,
          { hint: 'Give each destination a file of its own.', place: { path: ['path'] } },
        );
      writers.set(path, node);
      files.set(node.id, { ...target, path });
    } catch (thrown) {
      throw thrown instanceof AppError ? thrown.at({ nodeId: node.id }) : thrown;
    }
  }
  return files;
}

function executorOf(node: BoundNode): DestinationExecutor<unknown> {
  const executor = (executors as Partial<Record<string, unknown>>)[node.definition.type] as
    DestinationExecutor<unknown> | undefined;
  if (executor?.kind === 'destination') return executor;
  throw new AppError('not-supported', `Nodes of type "${node.definition.type}" cannot be run yet.`, {
    nodeId: node.id,
  });
}

/** What a destination left behind, so that a later run can tell whether it is still as it was. */
export async function writtenResult(path: string, bytes: number): Promise<ManifestNode['result']> {
  const { mtimeMs } = await stat(path);
  return { kind: 'written', path, bytes, modifiedMs: mtimeMs };
}

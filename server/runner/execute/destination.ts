import { AppError, toFault, type Fault } from '#lib/errors/app-error.ts';
import type { BoundGraph, BoundNode } from '#lib/bind/types.ts';
import type { NodeId } from '#lib/graph/ids.ts';
import type { DestinationExecutor } from '#lib/nodes/execute.ts';
import { executors } from '#lib/nodes/registry/server.ts';
import { realPlace, type FileReach } from '#server/files/file-root.ts';
import type { DestinationFile } from '#server/engines/duckdb/engine.ts';
import type { ManifestResult } from '../staging/manifest.ts';
import { stampOf } from '../staging/stamp.ts';

export interface Destinations {
  /** What each destination writes and where, the path absolute within the caller's reach. */
  files: ReadonlyMap<NodeId, DestinationFile>;
  /** What is wrong with their configs. */
  faults: Fault[];
}

/** Settles where the destinations write, before anything runs. Nodes that are disabled write nothing. */
export async function destinationsOf(graph: BoundGraph, reach: FileReach): Promise<Destinations> {
  const files = new Map<NodeId, DestinationFile>();
  const writers = new Map<string, BoundNode>();
  const faults: Fault[] = [];
  for (const node of graph.nodes) {
    if (node.kind !== 'destination' || node.node.disabled) continue;
    try {
      const target = executorOf(node).target(node.config);
      const path = await reach.toWrite(target.path);
      const place = await realPlace(path);
      refuseSecondWriter(node, writers.get(place));
      writers.set(place, node);
      files.set(node.id, { ...target, path });
    } catch (thrown) {
      faults.push(faultOf(thrown, node, graph));
    }
  }
  return { files, faults };
}

function refuseSecondWriter(node: BoundNode, other: BoundNode | undefined): void {
  if (!other) return;
  throw new AppError('destination-clash', `"${other.name}" and "${node.name}" both write this file.`, {
    hint: 'Give each destination a file of its own.',
    place: { path: ['path'] },
  });
}

function faultOf(thrown: unknown, node: BoundNode, graph: BoundGraph): Fault {
  const index = graph.document.nodes.findIndex((other) => other.id === node.id);
  const fault = toFault(thrown);
  const path = ['nodes', index, 'config', ...(fault.place?.path ?? ['path'])];
  return { ...fault, place: { ...fault.place, path, nodeId: node.id } };
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
export async function writtenResult(path: string, bytes: number): Promise<ManifestResult> {
  return { kind: 'written', path, bytes, stamp: await stampOf(path) };
}

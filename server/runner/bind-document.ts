import { bindPipeline } from '#lib/bind/bind.ts';
import type { BoundGraph } from '#lib/bind/types.ts';
import type { ReadDocument } from '#lib/document/read.ts';
import { settleTies } from '#lib/plan/settle-ties.ts';
import type { FileReach } from '#server/files/file-root.ts';
import { tryCodeForRun } from './code/try-columns.ts';
import { findValuesForRun } from './find-values.ts';
import type { EngineServices } from './engine-services.ts';
import { Sources } from './sources.ts';

/** What binding a document for a run takes from its surroundings. */
export interface BindSurroundings {
  runId: string;
  parameters: Record<string, unknown>;
  reach: FileReach;
  dataDirectory: string;
  memoryLimitBytes: number;
  threads: number;
  signal: AbortSignal;
}

/** The document with columns on every port, as a run needs it, and the sources that could not be read on the way. */
export async function bindDocument(
  document: ReadDocument,
  around: BindSurroundings,
  services: EngineServices,
): Promise<{ graph: BoundGraph; sources: Sources }> {
  const sources = new Sources({ ...around, discover: services.discover });
  const findValues = findValuesForRun({
    ...around,
    ...services,
    onTrouble: (nodeId, error) => sources.troubles.set(nodeId, error),
  });
  const tryCode = tryCodeForRun({
    ...around,
    ...services,
    onTrouble: (nodeId, error) => sources.troubles.set(nodeId, error),
  });
  const { oracle } = services;
  const graph = await bindPipeline(document, {
    parameters: around.parameters,
    oracle,
    inspector: sources,
    findValues,
    tryCode,
  });
  return { graph: settleTies(graph), sources };
}

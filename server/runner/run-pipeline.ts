import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { AppError, type Fault } from '#lib/errors/app-error.ts';
import type { RunReport } from '#lib/contracts/run-record.ts';
import type { BoundGraph, BoundNode } from '#lib/bind/types.ts';
import type { ReadDocument } from '#lib/document/read.ts';
import type { Settings } from '#lib/document/schema.ts';
import type { NodeId } from '#lib/graph/ids.ts';
import { planRun } from '#lib/plan/plan-run.ts';
import type { RunPlan, Slice } from '#lib/plan/types.ts';
import type { FileReach } from '#server/files/file-root.ts';
import type { DestinationFile, EngineOptions } from '#server/engines/duckdb/engine.ts';
import { bindDocument } from './bind-document.ts';
import { contentKeys } from './content-keys.ts';
import type { EngineServices } from './engine-services.ts';
import { destinationsOf } from './execute/destination.ts';
import { executeRun } from './execute/execute-run.ts';
import type { RunListener } from './execute/run-recorder.ts';
import { concurrencyOf, memoryLimitOf, withDeadline } from './run-limits.ts';
import { scannedFiles } from './scanned-files.ts';
import type { Sources } from './sources.ts';
import { usableArtefacts } from './staging/artefacts.ts';
import { readManifest, type Manifest } from './staging/manifest.ts';
import { StagingArea, stagingFolder } from './staging/staging-area.ts';

/** One run of one document. */
export interface PipelineRun {
  runId: string;
  document: ReadDocument;
  parameters: Record<string, unknown>;
  /** Instead of the document's own setting. */
  mode?: Settings['mode'] | undefined;
  slice: Slice;
  /** The run whose good results are used again. */
  resumeFrom?: string | undefined;
  reach: FileReach;
  /** Absolute; staged results and temporary files lie below. */
  dataDirectory: string;
  memoryLimitBytes: number;
  threads: number;
  listeners: readonly RunListener[];
  /** Aborted with an AppError `cancelled` to cancel the run. */
  signal: AbortSignal;
}

/**
 * Binds, plans and runs a document, and answers with its report, also where nodes failed. Throws a `user` AppError
 * `document-invalid` with all its faults before anything runs; nothing else is expected to be thrown.
 */
export async function runPipeline(run: PipelineRun, services: EngineServices): Promise<RunReport> {
  const { graph, sources } = await bindDocument(run.document, run, services);
  const destinations = await destinationsOf(graph, run.reach);
  refuseFaults([...graph.faults, ...destinations.faults], sources);
  refuseUnreadableSlice(run.slice, graph, sources);
  const { settings } = graph.document;
  const keys = contentKeys(graph, services.version);
  const earlier = await earlierRun(run, keys);
  const plan = planRun(graph, {
    ...settings,
    staging: stagingOf(graph, destinations.files),
    mode: run.mode ?? settings.mode,
    slice: run.slice,
    artefacts: earlier.artefacts,
  });
  const staging = await StagingArea.create(run.dataDirectory, {
    id: run.runId,
    engineVersion: services.version,
  });
  const engine = services.open(
    await engineOptions(run, {
      plan,
      destinations: destinations.files,
      staging: staging.folder,
      memoryLimitBytes: memoryLimitOf(settings, run.memoryLimitBytes),
      concurrency: concurrencyOf(settings),
    }),
  );
  const deadline = withDeadline(run.signal, settings.timeoutMs);
  try {
    return await executeRun({
      ...run,
      plan,
      counts: settings.counts,
      engine,
      staging,
      keys,
      earlier: earlier.manifest,
      destinations: destinations.files,
      concurrency: concurrencyOf(settings),
      troubles: sources.troubles,
      signal: deadline.signal,
    });
  } finally {
    deadline.clear();
    await engine.close();
  }
}

/**
 * A pipeline that writes over one of its own inputs stages every node: samples taken afterwards would otherwise be read
 * from the new file.
 */
function stagingOf(
  graph: BoundGraph,
  destinations: ReadonlyMap<NodeId, DestinationFile>,
): Settings['staging'] {
  const read = new Set(scannedFiles(graph.nodes));
  return [...destinations.values()].some(({ path: file }) => read.has(file))
    ? 'all'
    : graph.document.settings.staging;
}

/** A source that cannot be read fails when the run reaches it; every other fault stands in the way of the run. */
function refuseFaults(faults: readonly Fault[], sources: Sources): void {
  const isTrouble = (fault: Fault) =>
    fault.place?.nodeId !== undefined && sources.troubles.has(fault.place.nodeId);
  const errors = faults.filter((fault) => fault.severity === 'error' && !isTrouble(fault));
  if (errors.length > 0) throw documentInvalid(faults);
}

/** A slice that begins or ends in a node without columns cannot run; the source that could not be read says why. */
function refuseUnreadableSlice({ from, to }: Slice, graph: BoundGraph, sources: Sources): void {
  const [trouble] = sources.troubles.values();
  if (!trouble) return;
  for (const end of [from, to]) {
    if (
      end !== undefined &&
      !graph.nodes.some((node) => node.id === end) &&
      graph.document.nodes.some((node) => node.id === end)
    )
      throw trouble;
  }
}

/** The error that a document with faults amounts to. */
export function documentInvalid(faults: readonly Fault[]): AppError {
  const errors = faults.filter((fault) => fault.severity === 'error');
  const first = errors[0];
  const message = errors.length === 1 && first ? first.message : `The document has ${errors.length} faults.`;
  return new AppError('document-invalid', message, {
    issues: [...faults],
    ...(errors.length === 1 && first?.hint ? { hint: first.hint } : {}),
  });
}

async function earlierRun(run: PipelineRun, keys: ReadonlyMap<NodeId, string | null>) {
  if (run.resumeFrom === undefined) return { manifest: null, artefacts: new Map() };
  const folder = stagingFolder(run.dataDirectory, run.resumeFrom);
  const manifest: Manifest | null = await readManifest(folder);
  if (!manifest) {
    throw new AppError('run-not-found', `Nothing is kept of run "${run.resumeFrom}".`, {
      hint: 'It never ran here, or its results were collected. Run the pipeline from the start.',
    });
  }
  return { manifest, artefacts: await usableArtefacts(folder, manifest, keys) };
}

interface EngineNeeds {
  plan: RunPlan;
  destinations: ReadonlyMap<NodeId, DestinationFile>;
  staging: string;
  memoryLimitBytes: number;
  concurrency: number;
}

async function engineOptions(
  run: PipelineRun,
  { plan, destinations, staging, memoryLimitBytes, concurrency }: EngineNeeds,
): Promise<EngineOptions> {
  const running = new Set(plan.nodes);
  const nodes = plan.graph.nodes.filter((node: BoundNode) => running.has(node.id));
  const folders = new Set([staging]);
  for (const [id, file] of destinations) if (running.has(id)) folders.add(path.dirname(file.path));
  for (const folder of folders) await mkdir(folder, { recursive: true });
  const orders = new Set(plan.segments.map((segment) => segment.ordered));
  return {
    directories: [...folders],
    files: scannedFiles(nodes),
    tempDirectory: path.join(run.dataDirectory, 'tmp', run.runId),
    memoryLimitBytes,
    threads: run.threads,
    concurrency,
    orders: orders.size === 2 ? 'both' : orders.has(true) ? 'ordered' : 'unordered',
  };
}

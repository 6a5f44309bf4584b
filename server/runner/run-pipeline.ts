import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { AppError, toAppError, type Fault } from '#lib/errors/app-error.ts';
import type { RunReport } from '#lib/contracts/run-record.ts';
import type { BoundGraph, BoundNode } from '#lib/bind/types.ts';
import type { ReadDocument } from '#lib/document/read.ts';
import type { Settings } from '#lib/document/schema.ts';
import { dependenciesOf } from '#lib/bind/dependencies.ts';
import { descendants } from '#lib/graph/dag.ts';
import type { NodeId } from '#lib/graph/ids.ts';
import { planRun } from '#lib/plan/plan-run.ts';
import type { RunPlan, Slice } from '#lib/plan/types.ts';
import type { FileReach } from '#server/files/file-root.ts';
import type { DestinationFile, EngineOptions } from '#server/engines/duckdb/engine.ts';
import { settleSwap } from '#server/engines/duckdb/swap-leftovers.ts';
import { bindDocument } from './bind-document.ts';
import { changedSources } from './changed-sources.ts';
import { contentKeys } from './content-keys.ts';
import { versionsOf, type EngineServices } from './engine-services.ts';
import { destinationsOf } from './execute/destination.ts';
import { executeRun } from './execute/execute-run.ts';
import { ResultKeeper } from './execute/keep-results.ts';
import type { RunListener } from './execute/run-recorder.ts';
import { ownOptions } from './execute/separate-statements.ts';
import { readHistory, type PastNode, type PipelineIdentity } from './run-history.ts';
import { concurrencyOf, memoryLimitOf, withDeadline } from './run-limits.ts';
import { reasonsToRun, type ReasonContext } from './run-reasons.ts';
import { scannedFiles } from './scanned-files.ts';
import type { Sources } from './sources.ts';
import { findArtefacts } from './staging/artefacts.ts';
import { readManifest, type Manifest } from './staging/manifest.ts';
import { ResultStore, type KeptMember } from './staging/result-store.ts';
import { StagingArea, stagingFolder } from './staging/staging-area.ts';
import { temporaryFolder } from './staging/temporary.ts';

/** `scope` sees no results but its own. */
export interface ReuseOptions extends PipelineIdentity {
  /** Uses no earlier result, and leaves its own all the same. */
  fresh: boolean;
}

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
  /**
   * Which pipeline of whom this is: results of its scope's earlier runs are used again, and it leaves its own. Absent:
   * neither, but for `resumeFrom`.
   */
  reuse?: ReuseOptions | undefined;
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
  const deadline = withDeadline(run.signal, run.document.document?.settings.timeoutMs);
  try {
    return await runWithin({ ...run, signal: deadline.signal }, services);
  } catch (thrown) {
    throw deadline.signal.aborted ? toAppError(deadline.signal.reason) : thrown;
  } finally {
    deadline.clear();
  }
}

async function runWithin(run: PipelineRun, services: EngineServices): Promise<RunReport> {
  void services.prepare();
  const { graph, sources } = await bindDocument(run.document, run, services);
  run.signal.throwIfAborted();
  const destinations = await destinationsOf(graph, run.reach);
  refuseFaults([...graph.faults, ...destinations.faults], sources);
  refuseUnreadableSlice(run.slice, graph, sources);
  const { settings } = graph.document;
  const versions = versionsOf(services);
  const keys = contentKeys(graph, { ...versions, scope: run.reuse?.scope ?? '' });
  const earlier = await earlierRun(run);
  const staging = await StagingArea.create(run.dataDirectory, {
    id: run.runId,
    engineVersion: services.version,
  });
  for (const { path: target } of destinations.files.values()) await settleSwap(target);
  const around = { run, graph, keys, earlier, staging, destinations: destinations.files };
  const { plan, members } = await planWithKept(around).catch(async (thrown: unknown) => {
    await staging.discard();
    throw thrown;
  });
  const options = engineOptions(run, {
    plan,
    destinations: destinations.files,
    staging: staging.folder,
    memoryLimitBytes: memoryLimitOf(settings.memoryLimit, run.memoryLimitBytes),
    concurrency: concurrencyOf(settings),
  });
  // Opens while what follows is read and written.
  const engine = services.open(options);
  try {
    const [past] = await Promise.all([
      run.reuse ? readHistory(run.dataDirectory, run.reuse) : {},
      staging.flush(),
      ...options.directories.map((folder) => mkdir(folder, { recursive: true })),
    ]);
    return await executeRun({
      ...run,
      plan,
      counts: settings.counts,
      engine,
      openOwn: (own) => services.open(ownOptions(own, options)),
      sandbox: services.sandbox,
      staging,
      keys,
      earlier: earlier?.manifest ?? null,
      members,
      reasons: reasonsOf(run, { plan, keys, past, versions }),
      keeper: keeperOf(around, { past, services }),
      destinations: destinations.files,
      concurrency: concurrencyOf(settings),
      troubles: sources.troubles,
    });
  } finally {
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

async function earlierRun(run: PipelineRun): Promise<Earlier | null> {
  if (run.resumeFrom === undefined) return null;
  const folder = stagingFolder(run.dataDirectory, run.resumeFrom);
  const manifest: Manifest | null = await readManifest(folder);
  if (manifest) return { folder, manifest };
  throw new AppError('run-not-found', `Nothing is kept of run "${run.resumeFrom}".`, {
    hint: 'It never ran here, or its results were collected. Run the pipeline from the start.',
  });
}

interface Earlier {
  folder: string;
  manifest: Manifest;
}

interface Planning {
  run: PipelineRun;
  graph: BoundGraph;
  keys: ReadonlyMap<NodeId, string | null>;
  earlier: Earlier | null;
  staging: StagingArea;
  destinations: ReadonlyMap<NodeId, DestinationFile>;
}

/** What is kept and still true is brought into the run's folder first: from there nobody collects it. */
async function planWithKept(around: Planning): Promise<{ plan: RunPlan; members: Map<string, KeptMember> }> {
  const { run, graph, staging } = around;
  const { settings } = graph.document;
  const { artefacts, members } = await findArtefacts({
    ...around,
    counts: settings.counts,
    pathOf: (id) => staging.pathOf(id),
    store: run.reuse && !run.reuse.fresh ? new ResultStore(run.dataDirectory) : null,
  });
  const rowsOf = (id: NodeId) =>
    members.get(around.keys.get(id) ?? '')?.rows ?? around.earlier?.manifest.nodes[id]?.rows ?? null;
  for (;;) {
    const plan = planRun(graph, {
      ...settings,
      staging: stagingOf(graph, around.destinations),
      mode: run.mode ?? settings.mode,
      slice: run.slice,
      artefacts,
    });
    const uncounted = plan.covered.find(({ nodeId }) => rowsOf(nodeId) === null);
    // Every count was asked for, and this one was collected: what stands in its way runs again. Ends, for each turn has
    // fewer results to use.
    if (settings.counts === 'fast' || !uncounted) return { plan, members };
    const below = descendants(dependenciesOf(graph), [uncounted.nodeId]);
    for (const { nodeId } of plan.reused) if (below.has(nodeId)) artefacts.delete(nodeId);
  }
}

function reasonsOf(
  run: PipelineRun,
  known: Pick<ReasonContext, 'plan' | 'keys' | 'past' | 'versions'>,
): ReadonlyMap<NodeId, string> {
  return run.reuse ? reasonsToRun({ ...known, slice: run.slice, fresh: run.reuse.fresh }) : new Map();
}

function keeperOf(
  { run, graph, keys }: Planning,
  { past, services }: { past: Record<string, PastNode>; services: EngineServices },
): ResultKeeper | null {
  if (!run.reuse) return null;
  return new ResultKeeper({
    runId: run.runId,
    graph,
    keys,
    versions: versionsOf(services),
    counts: graph.document.settings.counts,
    dataDirectory: run.dataDirectory,
    identity: run.reuse,
    past,
    store: new ResultStore(run.dataDirectory),
    changedSources: () => changedSources(graph, { ...run, discover: services.discover }),
  });
}

interface EngineNeeds {
  plan: RunPlan;
  destinations: ReadonlyMap<NodeId, DestinationFile>;
  staging: string;
  memoryLimitBytes: number;
  concurrency: number;
}

function engineOptions(
  run: PipelineRun,
  { plan, destinations, staging, memoryLimitBytes, concurrency }: EngineNeeds,
): EngineOptions {
  const running = new Set(plan.nodes);
  const nodes = plan.graph.nodes.filter((node: BoundNode) => running.has(node.id));
  const folders = new Set([staging]);
  for (const [id, file] of destinations) if (running.has(id)) folders.add(path.dirname(file.path));
  const orders = new Set(plan.segments.map((segment) => segment.ordered));
  return {
    directories: [...folders],
    files: scannedFiles(nodes),
    tempDirectory: temporaryFolder(run.dataDirectory, run.runId),
    spills: plan.mode !== 'memory',
    memoryLimitBytes,
    threads: Math.min(run.threads, plan.graph.document.settings.threads ?? run.threads),
    concurrency,
    orders: orders.size === 2 ? 'both' : orders.has(true) ? 'ordered' : 'unordered',
  };
}

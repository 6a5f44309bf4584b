import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { BoundGraph, BoundNode } from '#lib/bind/types.ts';
import type { ReadDocument } from '#lib/document/read.ts';
import { AppError } from '#lib/errors/app-error.ts';
import type { NodeId } from '#lib/graph/ids.ts';
import { planRun } from '#lib/plan/plan-run.ts';
import type { Artefact, RunPlan, Segment } from '#lib/plan/types.ts';
import type { FileReach } from '#server/files/file-root.ts';
import type { Engine, SegmentRequest, SegmentResult } from '#server/engines/duckdb/engine.ts';
import { bindDocument } from '../bind-document.ts';
import { changedSources } from '../changed-sources.ts';
import { runCodeSegment } from '../code/code-segment.ts';
import { contentKeys } from '../content-keys.ts';
import { versionsOf, type EngineServices } from '../engine-services.ts';
import { ownOptions, SeparateStatements } from '../execute/separate-statements.ts';
import { segmentRequest, type StagedResult } from '../execute/segment-request.ts';
import { memoryLimitOf } from '../run-limits.ts';
import { scannedFiles } from '../scanned-files.ts';
import { findArtefacts } from '../staging/artefacts.ts';
import { ResultStore, type KeptMember } from '../staging/result-store.ts';
import type { StagingArea } from '../staging/staging-area.ts';
import { temporaryFolder } from '../staging/temporary.ts';
import { boundNode, ownArtefacts, type NodeOfRun } from './node-of-run.ts';
import { changed, refuseOtherRows } from './refuse-other-rows.ts';
import { withinSize } from './size-limit.ts';

export interface RemakeOptions {
  of: NodeOfRun;
  nodeId: string;
  document: ReadDocument;
  area: StagingArea;
  /** Keep its rows, or only count them. */
  want: 'rows' | 'count';
  reach: FileReach;
  dataDirectory: string;
  memoryLimitBytes: number;
  threads: number;
  /** All that may be kept. */
  limitBytes: number;
  signal: AbortSignal;
  onProgress: (share: number | null) => void;
}

/**
 * Makes a node's rows again as its run made them, from what that run kept: the plan is that of a run up to this node
 * which finds the run's own results and those of equal content keys. What is made is kept in the run's folder, and under
 * its key for later runs. Answers the exact rows of the nodes that were counted. Throws `source-changed`,
 * `not-repeatable` or `never-kept` rather than show rows that the run did not see.
 */
export async function remake(options: RemakeOptions, services: EngineServices): Promise<Map<string, number>> {
  const { of, nodeId, document, area, dataDirectory } = options;
  const around = { ...options, runId: randomUUID(), parameters: of.parameters };
  const { graph, sources } = await bindDocument(document, around, services);
  const node = boundNode(graph, nodeId, [...sources.troubles.values()][0]);
  if (options.want === 'rows' && node.node.cache === 'never-keep')
    throw new AppError('never-kept', `“${node.name}” is set to never keep its rows.`, {
      hint: 'Change its cache setting and run the pipeline again.',
      nodeId,
    });
  const found = await artefactsFor(node.id, graph, options);
  const plan = planRun(graph, {
    staging: 'auto',
    counts: 'exact',
    mode: graph.document.settings.mode,
    slice: { to: node.id },
    artefacts: found,
  });
  const nodes = new Map(graph.nodes.map((each) => [each.id, each]));
  const running = plan.segments.flatMap((segment) => segment.nodes);
  const keys = contentKeys(graph, { ...versionsOf(services), scope: of.workspaceId });
  refuseOtherRows({ nodes, running, keys, area, engineVersion: services.version });
  const making = new Making({ ...options, plan, nodes, results: resultsOf(plan) }, services);
  try {
    await withinSize({ ...options, folder: area.folder }, (signal) => making.run(signal));
    const now = await changedSources(graph, { ...options, discover: services.discover });
    const other = running.find((id) => now.has(id));
    if (other !== undefined) throw changed(`“${nodes.get(other)?.name}” changed while it was read.`, other);
    return await making.keep(new ResultStore(dataDirectory), found);
  } catch (thrown) {
    await making.discard();
    throw thrown;
  }
}

/** What the run kept, and what others keep under the keys that its nodes had then, whatever has changed since. */
async function artefactsFor(
  nodeId: NodeId,
  graph: BoundGraph,
  { area, dataDirectory }: RemakeOptions,
): Promise<Map<NodeId, Artefact>> {
  const own = ownArtefacts(area);
  const keys = new Map(
    graph.nodes.map(({ id }) => [id, own.has(id) ? null : (area.entry(id)?.key ?? null)] as const),
  );
  const asked = new Set([nodeId]);
  for (const node of graph.nodes.toReversed())
    if (asked.has(node.id) && !own.has(node.id)) for (const id of node.dependsOn) asked.add(id);
  const { artefacts } = await findArtefacts({
    graph: { ...graph, nodes: graph.nodes.filter(({ id }) => asked.has(id)) },
    keys,
    destinations: new Map(),
    counts: 'fast',
    pathOf: (id) => area.pathOf(id),
    earlier: null,
    store: new ResultStore(dataDirectory),
  });
  return new Map([...own, ...artefacts]);
}

function resultsOf(plan: RunPlan): Map<NodeId, StagedResult> {
  return new Map(plan.reused.map(({ nodeId, artefact }) => [nodeId, artefact]));
}

interface MakingOptions extends RemakeOptions {
  plan: RunPlan;
  nodes: ReadonlyMap<NodeId, BoundNode>;
  /** Rows at hand, by node. */
  results: Map<NodeId, StagedResult>;
}

/** The statements of a plan, one after another, and what they leave in the run's folder. */
class Making {
  readonly #options: MakingOptions;
  readonly #services: EngineServices;
  readonly #made: { segment: Segment; result: SegmentResult }[] = [];

  constructor(options: MakingOptions, services: EngineServices) {
    this.#options = options;
    this.#services = services;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { plan, onProgress, area, nodes, results } = this.#options;
    if (plan.segments.length === 0) return;
    const options = this.#engineOptions();
    const engine = this.#services.open(options);
    const separate = new SeparateStatements(nodes, (own) => this.#services.open(ownOptions(own, options)));
    try {
      for (const [index, segment] of plan.segments.entries()) {
        const request = {
          ...segmentRequest(this.#wanted(segment), {
            nodes,
            plan,
            results,
            stage: (id) => area.pathOf(id),
            destinations: new Map(),
          }),
          counts: 'exact' as const,
          signal,
          onProgress: (share: number) => {
            onProgress((index + Math.min(1, share)) / plan.segments.length);
          },
        };
        onProgress(index / plan.segments.length);
        const result = await separate.use(segment, engine, (own) => this.#runOne(own, segment, request));
        this.#refuseOtherCount(segment, result);
        this.#made.push({ segment, result });
        results.set(segment.output, { path: area.pathOf(segment.output), rows: result.outputRows });
      }
    } finally {
      await engine.close();
    }
  }

  /** Notes what was made, in the run's folder and for later runs; what lies there for nothing goes. */
  async keep(store: ResultStore, found: ReadonlyMap<NodeId, Artefact>): Promise<Map<string, number>> {
    const { plan, area, of, nodes } = this.#options;
    const counted = new Map<string, number>();
    const used = new Set(plan.reused.map(({ nodeId }) => nodeId));
    for (const [id, { rows }] of found) {
      const then = area.entry(id);
      if (!then || then.result.kind !== 'passed') continue;
      if (used.has(id)) await area.recordStaged(id, { key: then.key, rows, schema: then.schema });
      else await rm(area.pathOf(id), { force: true });
      if (used.has(id)) counted.set(id, rows);
    }
    for (const { segment, result } of this.#made) {
      for (const [id, { exact }] of result.counts) if (exact !== null) counted.set(id, exact);
      counted.set(segment.output, result.outputRows);
      const entry = area.entry(segment.output);
      if (!entry || !this.#isKept(segment)) continue;
      const { key } = entry;
      await area.recordStaged(segment.output, { key, rows: result.outputRows, schema: result.schema });
      const left = area.entry(segment.output)?.result;
      if (key === null || left?.kind !== 'staged' || nodes.get(segment.output)?.node.cache === 'never-keep')
        continue;
      const kept = { version: 1 as const, key, runId: of.runId, madeAt: new Date().toISOString() };
      const members = segment.nodes.flatMap((id) => this.#memberOf(id, counted));
      await store.keep(
        { ...kept, counts: 'exact', result: left, rows: result.outputRows, schema: result.schema, members },
        area.pathOf(segment.output),
      );
    }
    this.#noteCounts(counted);
    await area.flush();
    return counted;
  }

  /** Nothing of it is named by the manifest, so nobody takes it for a result. */
  async discard(): Promise<void> {
    const { area, plan } = this.#options;
    for (const { output } of plan.segments)
      if (area.entry(output)?.result.kind !== 'staged') await rm(area.pathOf(output), { force: true });
  }

  #noteCounts(counted: ReadonlyMap<string, number>): void {
    const { area } = this.#options;
    for (const [id, rows] of counted) {
      const entry = area.entry(id);
      if (entry && entry.rows === null) area.record(id, { ...entry, rows });
    }
  }

  #memberOf(id: NodeId, counted: ReadonlyMap<string, number>): KeptMember[] {
    const key = this.#options.area.entry(id)?.key ?? null;
    return key === null
      ? []
      : [{ key, rows: counted.get(id) ?? null, rowsAtLeast: null, sample: null, sql: null }];
  }

  #isKept(segment: Segment): boolean {
    return this.#wanted(segment).target === 'stage';
  }

  /** A destination writes nothing a second time, and what is only counted is not kept. */
  #wanted(segment: Segment): Segment {
    const isCounted = this.#options.want === 'count' && segment.output === this.#options.nodeId;
    return { ...segment, target: isCounted ? 'discard' : 'stage' };
  }

  async #runOne(engine: Engine, segment: Segment, request: SegmentRequest): Promise<SegmentResult> {
    const { plan, nodes } = this.#options;
    const { sandbox } = this.#services;
    const node = nodes.get(segment.output);
    if (node?.kind !== 'code') return engine.runSegment(request);
    const onLog = () => undefined;
    const byChance = new Set<string>();
    const onChance = () => {
      byChance.add(node.id);
    };
    const code = { node, graph: plan.graph, engine, sandbox, mode: plan.engine, onLog, onChance };
    const result = await runCodeSegment(code, request);
    if (byChance.size > 0)
      throw new AppError('not-repeatable', `“${node.name}” asked chance or the clock for its rows.`, {
        hint: 'Run the pipeline again with staging set to all to keep them.',
        nodeId: node.id,
      });
    return result;
  }

  /** What the run counted is the truth; anything else is a fault of ours that nobody is to see as rows. */
  #refuseOtherCount(segment: Segment, result: SegmentResult): void {
    const then = this.#options.area.entry(segment.output)?.rows ?? null;
    if (then === null || then === result.outputRows) return;
    throw new AppError(
      'not-repeatable',
      `“${this.#options.nodes.get(segment.output)?.name}” put out ${then} rows in the run, and ${result.outputRows} now.`,
      { hint: 'Run the pipeline again to see rows.', nodeId: segment.output },
    );
  }

  #engineOptions() {
    const { plan, nodes, area, dataDirectory, memoryLimitBytes, threads } = this.#options;
    const running = plan.segments.flatMap((segment) => segment.nodes);
    const orders = new Set(plan.segments.map((segment) => segment.ordered));
    const { settings } = plan.graph.document;
    return {
      directories: [area.folder],
      files: scannedFiles(running.flatMap((id) => nodes.get(id) ?? [])),
      tempDirectory: temporaryFolder(dataDirectory, `remake-${randomUUID()}`),
      memoryLimitBytes: memoryLimitOf(settings.memoryLimit, memoryLimitBytes),
      threads: Math.min(threads, settings.threads ?? threads),
      concurrency: 1,
      orders:
        orders.size === 2
          ? ('both' as const)
          : orders.has(true)
            ? ('ordered' as const)
            : ('unordered' as const),
    };
  }
}

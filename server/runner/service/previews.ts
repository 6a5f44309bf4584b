import { AppError, toAppError, type Fault } from '#lib/errors/app-error.ts';
import { bindPipeline } from '#lib/bind/bind.ts';
import type { BoundEdge, BoundGraph, BoundNode } from '#lib/bind/types.ts';
import type { BindAnswer, BoundNodeSummary, PreviewAnswer, RowsPage } from '#lib/contracts/preview.ts';
import type { RunnerAnswer } from '#lib/contracts/runner-channel.ts';
import { readDocument } from '#lib/document/read.ts';
import { quoteIdentifier } from '#lib/sql/quote.ts';
import {
  nodeTable,
  type Engine,
  type EngineOptions,
  type SegmentStep,
} from '#server/engines/duckdb/engine.ts';
import { printRelation } from '#server/engines/duckdb/printer.ts';
import { rootedReach } from '#server/files/file-root.ts';
import { workspaceRoot } from '#server/files/workspace-root.ts';
import { boundParameters, prefixOf, prefixSteps, stepOf } from '../execute/segment-request.ts';
import { valueQuery, type ValueQuery } from '../find-values.ts';
import type { EngineServices } from '../engine-services.ts';
import { Sources } from '../sources.ts';
import { readManifest } from '../staging/manifest.ts';
import { stagingFolder, stagingRoot } from '../staging/staging-area.ts';
import path from 'node:path';
import { IdleEngines } from './idle-engines.ts';
import type { RunnerSettings } from './settings.ts';

interface DocumentRequest {
  workspaceId: string;
  document: Record<string, unknown>;
  parameters?: Record<string, unknown> | undefined;
}

export interface PreviewRequest extends DocumentRequest {
  nodeId: string;
  limit: number;
  sourceRows: number;
}

export interface RowsRequest {
  runId: string;
  nodeId: string;
  offset: number;
  limit: number;
}

/** A preview that takes longer than this is better asked as a run. */
const PREVIEW_TIMEOUT_MS = 20_000;
/** Previews and pages share what is left beside the runs; each sees a part of the rows only. */
const MEMORY_SHARE = 4;
/** Answers kept to the question which values a pivot finds: an editor binds with every keystroke. */
const KEPT_VALUES = 200;
/** Rows of each source that values are looked for in, while a pipeline is edited. */
const VALUE_SOURCE_ROWS = 100_000;

/** What the editor asks of unsaved documents and of staged results: the same binding and printing as a run, over few rows. */
export class Previews {
  readonly #services: EngineServices;
  readonly #settings: RunnerSettings;
  readonly #engines: IdleEngines;
  readonly #foundValues = new Map<string, string[]>();

  constructor(services: EngineServices, settings: RunnerSettings) {
    this.#services = services;
    this.#settings = settings;
    this.#engines = new IdleEngines((options) => services.open(options));
  }

  async bind(request: DocumentRequest, signal: AbortSignal): Promise<BindAnswer> {
    const graph = await this.#bound(request, signal);
    const nodes = byId(graph);
    return {
      nodes: graph.nodes.map((node) => summaryOf(node, nodes)),
      generations: graph.generations,
      faults: graph.faults,
    };
  }

  /** The rows of one node over the first rows of its sources. A node that cannot be shown answers with its faults. */
  async preview(request: PreviewRequest, caller: AbortSignal): Promise<PreviewAnswer> {
    const started = performance.now();
    const signal = AbortSignal.any([caller, AbortSignal.timeout(PREVIEW_TIMEOUT_MS)]);
    const graph = await this.#bound(request, signal);
    const node = graph.nodes.find(({ id }) => id === request.nodeId);
    const answer = (part: Partial<PreviewAnswer>): PreviewAnswer => ({
      output: null,
      inputs: [],
      partial: false,
      sentence: '',
      sql: node ? stepOf(node).sql : null,
      durationMs: performance.now() - started,
      faults: graph.faults,
      ...part,
    });
    if (!node) return answer({ sentence: 'This node cannot be shown before its faults are gone.' });
    const limits = new SourceLimits(
      prefixOf(node.id, { nodes: byId(graph), results: new Map() }),
      request.sourceRows,
    );
    try {
      const { output, inputs } = await this.#withEngine(request.workspaceId, async (engine) => {
        const pages = new PrefixPages({ engine, graph, limits, limit: request.limit, signal });
        return { output: await pages.ofNode(node), inputs: await pages.ofInputs(node) };
      });
      return answer({
        output,
        inputs,
        partial: limits.partial,
        sentence: limits.sentence,
        durationMs: performance.now() - started,
      });
    } catch (thrown) {
      if (caller.aborted) throw thrown;
      return answer({
        sentence: 'The rows could not be made.',
        faults: [...graph.faults, faultOf(thrown, node, signal.aborted)],
        durationMs: performance.now() - started,
      });
    }
  }

  /** A page of a staged result; `gone` where the run did not stage it or it has been collected. */
  async rows(request: RowsRequest, signal: AbortSignal): Promise<RunnerAnswer<'rows'>> {
    const { dataDirectory } = this.#settings;
    const folder = stagingFolder(dataDirectory, request.runId);
    const manifest = await readManifest(folder);
    const entry = manifest?.nodes[request.nodeId];
    if (entry?.result.kind !== 'staged')
      return {
        schema: entry?.schema ?? [],
        rows: [],
        offset: request.offset,
        total: entry?.rows ?? null,
        source: 'gone',
      };
    const file = path.join(folder, entry.result.file);
    const page = await this.#engines.use(
      'staging',
      () => this.#engineOptions('pages', [stagingRoot(dataDirectory)]),
      (engine) => engine.readPage({ path: file, offset: request.offset, limit: request.limit, signal }),
    );
    return { ...page, total: entry.rows, source: 'staged' };
  }

  close(): Promise<void> {
    return this.#engines.closeAll();
  }

  async #bound(
    { workspaceId, document, parameters }: DocumentRequest,
    signal: AbortSignal,
  ): Promise<BoundGraph> {
    const { dataDirectory } = this.#settings;
    const reach = rootedReach(workspaceRoot(workspaceId, dataDirectory));
    const sources = new Sources({ reach, dataDirectory, discover: this.#services.discover, signal });
    return bindPipeline(readDocument(document), {
      parameters: parameters ?? {},
      oracle: this.#services.oracle,
      inspector: sources,
      findValues: (asked, graph) =>
        this.#values(workspaceId, valueQuery(asked, graph, VALUE_SOURCE_ROWS), signal),
    });
  }

  /** The values that a node's columns depend on, from the first rows of its sources; asked again only when the query changes. */
  async #values(workspaceId: string, query: ValueQuery, signal: AbortSignal): Promise<string[]> {
    const key = JSON.stringify([workspaceId, query.key]);
    const known = this.#foundValues.get(key);
    if (known) return known;
    const found = await this.#withEngine(workspaceId, (engine) => query.ask(engine, signal));
    if (this.#foundValues.size >= KEPT_VALUES)
      this.#foundValues.delete([...this.#foundValues.keys()][0] ?? '');
    this.#foundValues.set(key, found);
    return found;
  }

  #withEngine<T>(workspaceId: string, work: (engine: Engine) => Promise<T>): Promise<T> {
    const { dataDirectory } = this.#settings;
    const folders = [workspaceRoot(workspaceId, dataDirectory), path.join(dataDirectory, 'inline')];
    return this.#engines.use(workspaceId, () => this.#engineOptions(workspaceId, folders), work);
  }

  #engineOptions(name: string, directories: string[]): EngineOptions {
    const { dataDirectory, memoryBytes, runsAtOnce, threads } = this.#settings;
    return {
      directories,
      files: [],
      tempDirectory: path.join(dataDirectory, 'tmp', `preview-${name}`),
      memoryLimitBytes: Math.floor(memoryBytes / (runsAtOnce + 1) / MEMORY_SHARE),
      threads,
      concurrency: 2,
      orders: 'ordered',
    };
  }
}

/** How many rows of each source a preview reads, and whether that leaves some out. */
class SourceLimits {
  readonly rows: number;
  readonly partial: boolean;
  readonly sentence: string;

  constructor(prefix: readonly BoundNode[], rows: number) {
    this.rows = rows;
    const sources = prefix.filter((node) => node.kind === 'source');
    const cut = sources.filter((node) => (node.source?.estimatedRows ?? Infinity) > rows);
    this.partial = cut.length > 0;
    const say = (count: number) => Math.round(count).toLocaleString('en-US');
    const parts = cut.map((node) => {
      const all = node.source?.estimatedRows ?? null;
      return all === null
        ? `at most the first ${say(rows)} rows of ${node.name}`
        : `the first ${say(rows)} of about ${say(all)} rows of ${node.name}`;
    });
    this.sentence = parts.length > 0 ? `Made from ${parts.join(' and ')}.` : 'Made from all rows.';
  }
}

interface PrefixContext {
  engine: Engine;
  graph: BoundGraph;
  limits: SourceLimits;
  limit: number;
  signal: AbortSignal;
}

class PrefixPages {
  readonly #context: PrefixContext;

  constructor(context: PrefixContext) {
    this.#context = context;
  }

  async ofNode(node: BoundNode): Promise<RowsPage> {
    return this.#page(this.#steps(node), node.id);
  }

  /** What arrives over each edge, after its transform. */
  async ofInputs(node: BoundNode): Promise<PreviewAnswer['inputs']> {
    const edges = node.inputs
      .flatMap((port) => port.edges.map((edge) => ({ port: port.port, edge })))
      .sort((a, b) => a.edge.index - b.edge.index);
    const pages: PreviewAnswer['inputs'] = [];
    for (const { port, edge } of edges) {
      const source = this.#context.graph.nodes.find(({ id }) => id === edge.edge.source);
      if (!source) continue;
      const arrived = edgeStep(edge, source);
      pages.push({
        ...(await this.#page([...this.#steps(source), arrived], arrived.nodeId)),
        source: source.id,
        port,
      });
    }
    return pages;
  }

  #steps(node: BoundNode): SegmentStep[] {
    const { graph, limits } = this.#context;
    const prefix = prefixOf(node.id, { nodes: byId(graph), results: new Map() });
    const sources = new Set<string>(
      prefix.filter((member) => member.kind === 'source').map((member) => member.id),
    );
    return prefixSteps(prefix).map((step) =>
      sources.has(step.nodeId)
        ? { ...step, knownRows: null, sql: `SELECT * FROM (${step.sql}) LIMIT ${limits.rows}` }
        : step,
    );
  }

  #page(steps: SegmentStep[], nodeId: string): Promise<RowsPage> {
    const { engine, graph, limit, signal } = this.#context;
    return engine.samplePrefix({
      reads: [],
      steps,
      nodeId,
      limit,
      ordered: true,
      parameters: boundParameters(graph),
      signal,
    });
  }
}

function edgeStep(edge: BoundEdge, source: BoundNode): SegmentStep {
  return {
    nodeId: `edge ${edge.index}`,
    sql: printRelation(edge.relation, {
      inputs: { [String(edge.index)]: quoteIdentifier(nodeTable(source.id)) },
    }),
    rows: 'same',
    inputs: [nodeTable(source.id)],
    merge: 'single',
    knownRows: null,
    volatile: false,
  };
}

function byId(graph: BoundGraph): Map<BoundNode['id'], BoundNode> {
  return new Map(graph.nodes.map((node) => [node.id, node]));
}

function faultOf(thrown: unknown, node: BoundNode, isLate: boolean): Fault {
  const error = isLate
    ? new AppError('preview-timeout', `The preview took longer than ${PREVIEW_TIMEOUT_MS / 1000} s.`, {
        hint: 'Run the pipeline, or preview fewer rows.',
      })
    : toAppError(thrown);
  return {
    code: error.code,
    severity: 'error',
    message: error.message,
    hint: error.hint,
    place: { nodeId: error.nodeId ?? node.id },
  };
}

function summaryOf(node: BoundNode, nodes: ReadonlyMap<string, BoundNode>): BoundNodeSummary {
  return {
    id: node.id,
    schema: node.schema,
    inputs: node.inputs.map((port) => ({
      port: port.port,
      schema: port.schema,
      edges: port.edges.map((edge) => ({
        index: edge.index,
        source: edge.edge.source,
        alias: edge.alias,
        available: nodes.get(edge.edge.source)?.schema ?? [],
        columns: edge.columns.map(({ as, type }) => ({ name: as, type })),
      })),
    })),
    merge: node.inputs
      .filter((port) => port.sentence !== '')
      .map(({ port, rule, sentence }) => ({ port, rule, sentence })),
    masters: node.masters,
    summary: node.definition.summary(node.config),
    sql: stepOf(node).sql,
    estimatedRows: node.source?.estimatedRows ?? null,
  };
}

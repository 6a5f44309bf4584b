import { AppError, toAppError, type Fault } from '#lib/errors/app-error.ts';
import { bindPipeline } from '#lib/bind/bind.ts';
import type { BoundGraph, BoundNode, TryCode } from '#lib/bind/types.ts';
import type { BindAnswer, PreviewAnswer } from '#lib/contracts/preview.ts';
import type { RunnerAnswer } from '#lib/contracts/runner-channel.ts';
import { readDocument } from '#lib/document/read.ts';
import type { Engine, EngineOptions } from '#server/engines/duckdb/engine.ts';
import { rootedReach } from '#server/files/file-root.ts';
import { workspaceRoot } from '#server/files/workspace-root.ts';
import { prefixOf, stepOf } from '../execute/segment-request.ts';
import { valueQuery, type ValueQuery } from '../find-values.ts';
import type { EngineServices } from '../engine-services.ts';
import { Sources } from '../sources.ts';
import { readManifest } from '../staging/manifest.ts';
import { stagingFolder, stagingRoot } from '../staging/staging-area.ts';
import path from 'node:path';
import { summaryOf } from './bind-summary.ts';
import { triedColumns, triedOver } from '../code/try-columns.ts';
import { KeptAnswers } from './kept-answers.ts';
import { IdleEngines } from './idle-engines.ts';
import { byId, PrefixPages, SourceLimits } from './prefix-pages.ts';
import type { RunnerSettings } from './settings.ts';
import { temporaryFolder } from '../staging/temporary.ts';

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
/** Answers kept to the questions which values a pivot finds and which columns code gives: an editor binds with every keystroke. */
const KEPT_VALUES = 200;
/** Rows of each source that values are looked for in, while a pipeline is edited. */
const VALUE_SOURCE_ROWS = 100_000;

/** What the editor asks of unsaved documents and of staged results: the same binding and printing as a run, over few rows. */
export class Previews {
  readonly #services: EngineServices;
  readonly #settings: RunnerSettings;
  readonly #engines: IdleEngines;
  readonly #foundValues = new KeptAnswers<string[]>(KEPT_VALUES);
  readonly #triedColumns = new KeptAnswers<Awaited<ReturnType<TryCode>>>(KEPT_VALUES);

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
        const pages = new PrefixPages({
          engine,
          sandbox: this.#services.sandbox,
          graph,
          limits,
          limit: request.limit,
          signal,
        });
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
    const staged = entry?.result.kind === 'staged' ? entry.result.file : entry?.sameRows;
    if (!entry || staged === undefined)
      return {
        schema: entry?.schema ?? [],
        rows: [],
        offset: request.offset,
        total: entry?.rows ?? null,
        source: 'gone',
      };
    const file = path.join(folder, staged);
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
    const { sandbox } = this.#services;
    const reach = rootedReach(workspaceRoot(workspaceId, dataDirectory));
    const sources = new Sources({ reach, dataDirectory, discover: this.#services.discover, signal });
    return bindPipeline(readDocument(document), {
      parameters: parameters ?? {},
      oracle: this.#services.oracle,
      inspector: sources,
      findValues: (asked, graph) =>
        this.#values(
          workspaceId,
          valueQuery(asked, graph, { sandbox, sourceRows: VALUE_SOURCE_ROWS }),
          signal,
        ),
      tryCode: (asked, graph) =>
        this.#triedColumns.get([workspaceId, triedOver(asked, graph.nodes), graph.parameters], () =>
          this.#withEngine(workspaceId, (engine) =>
            triedColumns(engine, { sandbox, sourceRows: VALUE_SOURCE_ROWS, signal })(asked, graph),
          ),
        ),
    });
  }

  /** The values that a node's columns depend on, from the first rows of its sources; asked again only when the query changes. */
  #values(workspaceId: string, query: ValueQuery, signal: AbortSignal): Promise<string[]> {
    return this.#foundValues.get([workspaceId, query.key], () =>
      this.#withEngine(workspaceId, (engine) => query.ask(engine, signal)),
    );
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
      tempDirectory: temporaryFolder(dataDirectory, `preview-${name}`),
      memoryLimitBytes: Math.floor(memoryBytes / (runsAtOnce + 1) / MEMORY_SHARE),
      threads,
      concurrency: 2,
      orders: 'ordered',
    };
  }
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

import type { BoundEdge, BoundGraph, BoundNode } from '#lib/bind/types.ts';
import type { PreviewAnswer, RowsPage } from '#lib/contracts/preview.ts';
import { quoteIdentifier } from '#lib/sql/quote.ts';
import { nodeTable, type Engine, type SegmentStep } from '#server/engines/duckdb/engine.ts';
import { printRelation } from '#server/engines/duckdb/printer.ts';
import type { Sandbox } from '#server/sandbox/sandbox.ts';
import { withPrefixSteps } from '../code/prefix-with-code.ts';
import { FRAME_ROWS } from '../code/run-code.ts';
import { boundParameters, prefixOf } from '../execute/segment-request.ts';

/** A preview as a whole has not much more. */
const CODE_TIME_LIMIT_MS = 15_000;

/** How many rows of each source a preview reads, and whether that leaves some out. */
export class SourceLimits {
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
  sandbox: Sandbox;
  graph: BoundGraph;
  limits: SourceLimits;
  limit: number;
  signal: AbortSignal;
}

/** The rows of a node and of what reaches it, over the first rows of the sources. */
export class PrefixPages {
  readonly #context: PrefixContext;

  constructor(context: PrefixContext) {
    this.#context = context;
  }

  async ofNode(node: BoundNode): Promise<RowsPage> {
    return this.#withSteps(node, (steps) => this.#page(steps, node.id));
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
      const page = await this.#withSteps(source, (steps) => this.#page([...steps, arrived], arrived.nodeId));
      pages.push({ ...page, source: source.id, port });
    }
    return pages;
  }

  /** Code on the way runs over the same few rows. */
  #withSteps<T>(node: BoundNode, work: (steps: SegmentStep[]) => Promise<T>): Promise<T> {
    const { graph, limits } = this.#context;
    const prefix = prefixOf(node.id, { nodes: byId(graph), results: new Map() });
    const around = {
      ...this.#context,
      sourceRows: limits.rows,
      rowLimit: null,
      frameRows: FRAME_ROWS,
      timeLimitMs: CODE_TIME_LIMIT_MS,
      onLog: () => undefined,
    };
    return withPrefixSteps(prefix, around, work);
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

/** A graph's nodes by id. */
export function byId(graph: BoundGraph): Map<BoundNode['id'], BoundNode> {
  return new Map(graph.nodes.map((node) => [node.id, node]));
}

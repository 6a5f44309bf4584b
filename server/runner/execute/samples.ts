import type { BoundNode } from '#lib/bind/types.ts';
import type { NodeId } from '#lib/graph/ids.ts';
import type { RunPlan, Segment } from '#lib/plan/types.ts';
import { toAppError } from '#lib/errors/app-error.ts';
import { mayReorder } from '#lib/nodes/row-position.ts';
import { inputsOf } from '#lib/plan/readers.ts';
import type { Expression } from '#lib/sql/expression.ts';
import { partsOf } from '#lib/sql/relation-parts.ts';
import type { JsonRow } from '#lib/contracts/run-record.ts';
import type { Engine } from '#server/engines/duckdb/engine.ts';
import type { RunRecorder } from './run-recorder.ts';
import { boundParameters, prefixOf, prefixSteps, readsOf, type StagedResult } from './segment-request.ts';

/** Rows of a node that are kept with its record. */
const SAMPLE_ROWS = 50;

/** A sample is worth a wait, not a long one: after this the node shows its rows when someone asks. */
const SAMPLE_TIMEOUT_MS = 20_000;

export interface SampleRequest {
  plan: RunPlan;
  engine: Engine;
  recorder: RunRecorder;
  results: ReadonlyMap<NodeId, StagedResult>;
  /** Samples taken side by side. */
  concurrency: number;
  /** Segments that ran well. */
  executed: readonly Segment[];
}

/**
 * The first rows of every node that has some, once the run itself is over: a page of what is staged, else the node's
 * part of its statement again, over the same staged results, with a limit. What has been computed for one node is kept
 * for its reader's sample, so that a long chain is not computed anew for each of its nodes. A sample that cannot be had
 * is no failure of the run; the log says so.
 */
export async function takeSamples(request: SampleRequest): Promise<void> {
  const { plan, recorder, executed, concurrency } = request;
  const segments = new Map(executed.flatMap((segment) => segment.nodes.map((id) => [id, segment] as const)));
  const succeeded = plan.graph.nodes.filter((node) => {
    const record = recorder.record(node.id);
    return record?.status === 'succeeded' && record.sample === null;
  });
  // Nodes of one segment come one after another, since each may start from the one before.
  const waiting = [...Map.groupBy(succeeded, (node) => segments.get(node.id) ?? node.id).values()];
  const sampler = new Sampler(request, segments);
  const worker = async (): Promise<void> => {
    for (let group = waiting.shift(); group; group = waiting.shift())
      for (const node of group) await sampler.take(node);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  recorder.inputsSampled();
}

interface Kept {
  ordered: boolean;
  isWhole: boolean;
}

class Sampler {
  readonly #request: SampleRequest;
  readonly #segments: ReadonlyMap<NodeId, Segment>;
  readonly #nodes: ReadonlyMap<NodeId, BoundNode>;
  /** Nodes whose first rows the engine holds as tables: of which kind of segment, and whether these are all their rows. */
  readonly #kept = new Map<NodeId, Kept>();

  constructor(request: SampleRequest, segments: ReadonlyMap<NodeId, Segment>) {
    this.#request = request;
    this.#segments = segments;
    this.#nodes = new Map(request.plan.graph.nodes.map((node) => [node.id, node]));
  }

  async take(node: BoundNode): Promise<void> {
    const { recorder, results, engine } = this.#request;
    try {
      const staged = results.get(node.id);
      if (recorder.record(node.id)?.rowsOut === 0) recorder.sampled(node.id, []);
      else if (staged) {
        const signal = AbortSignal.timeout(SAMPLE_TIMEOUT_MS);
        const page = await engine.readPage({ path: staged.path, offset: 0, limit: SAMPLE_ROWS, signal });
        recorder.sampled(node.id, page.rows);
      } else recorder.sampled(node.id, await this.#compute(node));
    } catch (thrown) {
      recorder.log('warn', `No sample of "${node.name}": ${toAppError(thrown).message}`, node.id);
    }
  }

  async #compute(node: BoundNode): Promise<JsonRow[]> {
    // Where the node promises an order, its sample is its first rows, whatever its statement was allowed.
    const ordered = (this.#segments.get(node.id)?.ordered ?? false) || node.ordered;
    const rowsOut = this.#request.recorder.record(node.id)?.rowsOut ?? null;
    const known = [...this.#kept].filter(([, kept]) => kept.ordered === ordered);
    const whole = new Set(known.flatMap(([id, kept]) => (kept.isWhole ? [id] : [])));
    let rows: JsonRow[] | null = null;
    if (isRowByRow(node) && known.some(([id]) => !whole.has(id) && inputsOf(node).includes(id))) {
      const first = await this.#computeFrom(node, new Set(known.map(([id]) => id)), ordered);
      if (first.length >= Math.min(SAMPLE_ROWS, rowsOut ?? SAMPLE_ROWS)) rows = first;
    }
    rows ??= await this.#computeFrom(node, whole, ordered);
    this.#kept.set(node.id, { ordered, isWhole: rowsOut === rows.length });
    return rows;
  }

  #computeFrom(node: BoundNode, kept: ReadonlySet<NodeId>, ordered: boolean): Promise<JsonRow[]> {
    const { engine, results, plan } = this.#request;
    const around = { nodes: this.#nodes, results, kept };
    const prefix = prefixOf(node.id, around);
    return engine.keepSample({
      reads: readsOf(prefix, around),
      steps: prefixSteps(prefix),
      nodeId: node.id,
      schema: node.schema,
      limit: SAMPLE_ROWS,
      ordered,
      parameters: boundParameters(plan.graph),
      signal: AbortSignal.timeout(SAMPLE_TIMEOUT_MS),
    });
  }
}

/** True where each row comes from one row of the one input, in its order: its first rows follow from the input's. */
function isRowByRow(node: BoundNode): boolean {
  return (
    inputsOf(node).length === 1 &&
    node.masters.length === 0 &&
    partsOf(node.relation).every((part) => {
      switch (part.op) {
        case 'input':
          return true;
        case 'filter':
          return isOfOneRow(part.condition);
        case 'project':
          return part.columns.every(({ expression }) => isOfOneRow(expression));
        default:
          return false;
      }
    })
  );
}

function isOfOneRow(expression: Expression): boolean {
  switch (expression.kind) {
    case 'column':
    case 'literal':
      return true;
    case 'checked':
      return !expression.volatile && !mayReorder(expression.sql);
    case 'not':
    case 'is-null':
    case 'cast':
      return isOfOneRow(expression.operand);
    case 'operator':
      return isOfOneRow(expression.left) && isOfOneRow(expression.right);
    case 'call':
      return (
        expression.filter === undefined &&
        expression.orderBy === undefined &&
        expression.args.every(isOfOneRow)
      );
    default:
      return false;
  }
}

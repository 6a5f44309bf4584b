import type { BoundNode } from '#lib/bind/types.ts';
import type { NodeId } from '#lib/graph/ids.ts';
import type { RunPlan, Segment } from '#lib/plan/types.ts';
import { toAppError } from '#lib/errors/app-error.ts';
import type { JsonRow } from '#lib/contracts/run-record.ts';
import type { Engine } from '#server/engines/duckdb/engine.ts';
import type { RunRecorder } from './run-recorder.ts';
import { boundParameters, prefixOf, prefixSteps, readsOf, type StagedResult } from './segment-request.ts';

/** Rows of a node that are kept with its record. */
export const SAMPLE_ROWS = 50;

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
 * part of its statement again, over the same staged results, with a limit. A sample that cannot be had is no failure
 * of the run; the log says so.
 */
export async function takeSamples(request: SampleRequest): Promise<void> {
  const { plan, recorder, results, executed } = request;
  const nodes = new Map(plan.graph.nodes.map((node) => [node.id, node]));
  const ordered = new Map(
    executed.flatMap((segment) => segment.nodes.map((id) => [id, segment.ordered] as const)),
  );
  const waiting = plan.graph.nodes.filter((node) => recorder.record(node.id)?.status === 'succeeded');
  const takeOne = async (node: BoundNode): Promise<void> => {
    try {
      const isEmpty = recorder.record(node.id)?.rowsOut === 0;
      const context = { ...request, nodes, ordered: ordered.get(node.id) ?? node.ordered, results };
      recorder.sampled(node.id, isEmpty ? [] : await sampleOf(node, context));
    } catch (thrown) {
      recorder.log('warn', `No sample of "${node.name}": ${toAppError(thrown).message}`, node.id);
    }
  };
  const worker = async (): Promise<void> => {
    for (let node = waiting.shift(); node; node = waiting.shift()) await takeOne(node);
  };
  await Promise.all(Array.from({ length: request.concurrency }, worker));
  recorder.inputsSampled();
}

interface SampleContext extends SampleRequest {
  nodes: ReadonlyMap<NodeId, BoundNode>;
  ordered: boolean;
}

async function sampleOf(
  node: BoundNode,
  { engine, results, nodes, ordered, plan }: SampleContext,
): Promise<JsonRow[]> {
  const staged = results.get(node.id);
  const signal = AbortSignal.timeout(SAMPLE_TIMEOUT_MS);
  if (staged)
    return (await engine.readPage({ path: staged.path, offset: 0, limit: SAMPLE_ROWS, signal })).rows;
  const prefix = prefixOf(node.id, { nodes, results });
  const page = await engine.samplePrefix({
    reads: readsOf(prefix, { nodes, results }),
    steps: prefixSteps(prefix),
    nodeId: node.id,
    limit: SAMPLE_ROWS,
    // Where the node promises an order, its sample is its first rows, whatever its statement was allowed.
    ordered: ordered || node.ordered,
    parameters: boundParameters(plan.graph),
    signal,
  });
  return page.rows;
}

import type { BoundNode } from '#lib/bind/types.ts';
import type { JsonRow } from '#lib/contracts/run-record.ts';
import type { NodeId } from '#lib/graph/ids.ts';
import { inputsOf } from '#lib/plan/readers.ts';
import { groupsOf, isRowByRow, partialInputs } from '#lib/plan/sampling.ts';
import type { RunPlan } from '#lib/plan/types.ts';
import { quoteIdentifier } from '#lib/sql/quote.ts';
import { nodeTable, type Engine, type KeptRows, type SegmentStep } from '#server/engines/duckdb/engine.ts';
import { bestPart } from './sample-costs.ts';
import { boundParameters, prefixOf, prefixSteps, readsOf, type StagedResult } from './segment-request.ts';

/** What one chunk of DuckDB's holds: as cheap to compute as a single row where nothing is sifted out. */
const KEPT_ROWS = 2048;
/** Where rows are sifted out, more of them are a longer search. */
const KEPT_FINDS = 256;

/** Below this all rows are looked at sooner than some are chosen. */
const MANY_ROWS = 200_000;
/** A group that is small has at most one row in so many. */
const FEW_GROUPS = 100;

/** A statement to keep rows costs as much as some ten nodes more in one that reads them. */
const MOST_PASSED = 8;

/** What a step is that only the sampling knows. */
const STEP: Omit<SegmentStep, 'nodeId' | 'sql'> = {
  rows: 'any',
  inputs: [],
  merge: 'none',
  knownRows: null,
  volatile: false,
};

export interface KeptSamplesContext {
  plan: RunPlan;
  engine: Engine;
  nodes: ReadonlyMap<NodeId, BoundNode>;
  results: ReadonlyMap<NodeId, StagedResult>;
  ordered: boolean;
  /** Rows of a sample. */
  limit: number;
  rowsOut: (id: NodeId) => number | null;
  signal: () => AbortSignal;
}

/**
 * Samples that the engine holds as tables, so that a node is computed from those of the nodes before it rather than from
 * the sources: from all rows where these are few, from some where some rows in give rows that belong to its result.
 */
export class KeptSamples {
  readonly #context: KeptSamplesContext;
  readonly #whole = new Set<NodeId>();
  /** With how many rows are kept of each. */
  readonly #partial = new Map<NodeId, number>();
  /** Nodes that are not kept though they are read, with how many of them follow one another. */
  readonly #passed = new Map<NodeId, number>();

  constructor(context: KeptSamplesContext) {
    this.#context = context;
  }

  /**
   * The node's first rows, or any where it promises no order; kept for `readers`, the nodes that need them next, unless
   * these had better compute them along with their own.
   */
  async compute(node: BoundNode, readers: readonly BoundNode[]): Promise<JsonRow[]> {
    const { limit, rowsOut } = this.#context;
    const all = rowsOut(node.id);
    const isRead = readers.length > 0;
    const enough = (rows: JsonRow[]) => rows.length >= Math.min(limit, all ?? limit);
    const parts = this.#usableParts(node);
    const keepOfParts =
      !isRead || this.#isPassed(node, readers) ? 0 : this.#multiplies(node, parts) ? KEPT_FINDS : KEPT_ROWS;
    const fromParts =
      parts.size === 0 ? null : await this.#run(node, new Set([...parts, ...this.#whole]), keepOfParts);
    if (fromParts && enough(fromParts.rows)) {
      if (keepOfParts > 0) this.#partial.set(node.id, fromParts.kept);
      else this.#passed.set(node.id, this.#passedBefore(node) + 1);
      return fromParts.rows;
    }
    const fromGroups = await this.#fromGroups(node, isRead);
    if (fromGroups && enough(fromGroups.rows)) {
      if (isRead) this.#partial.set(node.id, fromGroups.kept);
      return fromGroups.rows;
    }
    const keep = partialInputs(node).size > 0 ? KEPT_FINDS : KEPT_ROWS;
    const { rows, kept } = await this.#run(node, this.#whole, isRead ? keep : 0);
    if (isRead && all !== null && all <= keep) this.#whole.add(node.id);
    else if (isRead) this.#partial.set(node.id, kept);
    return rows;
  }

  /**
   * The node over the rows of a few of its groups, the smallest that its input's sample shows. Null where it has no
   * groups, or where these are so large that nothing is gained.
   */
  async #fromGroups(node: BoundNode, isRead: boolean): Promise<KeptRows | null> {
    const groups = node.ordered ? null : groupsOf(node);
    const { engine, plan, limit, ordered, rowsOut, results, signal } = this.#context;
    if (!groups || !this.#partial.has(groups.input) || results.has(groups.input)) return null;
    if ((rowsOut(groups.input) ?? 0) < MANY_ROWS) return null;
    const input = this.#context.nodes.get(groups.input);
    const names = groups.columns.map(quoteIdentifier);
    const columns = names.join(', ');
    const from = quoteIdentifier(nodeTable(groups.input));
    const few = `${node.id} groups`;
    const { rows: found } = await engine.keepSample({
      reads: [],
      steps: [
        {
          ...STEP,
          nodeId: few,
          sql: `SELECT ${columns} FROM ${from} GROUP BY ${columns} HAVING count(*) * ${FEW_GROUPS} <= (SELECT count(*) FROM ${from}) ORDER BY count(*), ${columns}`,
        },
      ],
      nodeId: few,
      schema: input?.schema.filter(({ name }) => groups.columns.includes(name)) ?? [],
      limit,
      keep: limit,
      ordered,
      parameters: boundParameters(plan.graph),
      signal: signal(),
    });
    if (found.length < limit) return null;
    const same = names.map((name) => `"rows".${name} IS NOT DISTINCT FROM "few".${name}`).join(' AND ');
    const only = `EXISTS (SELECT 1 FROM ${quoteIdentifier(nodeTable(few))} AS "few" WHERE ${same})`;
    return this.#run(node, this.#whole, isRead ? KEPT_FINDS : 0, (step) =>
      step.nodeId === groups.input
        ? { ...step, sql: `SELECT * FROM (${step.sql}\n) AS "rows" WHERE ${only}` }
        : step,
    );
  }

  /** The node's first rows over what is kept; `keep` of them are kept besides. */
  async #run(
    node: BoundNode,
    kept: ReadonlySet<NodeId>,
    keep: number,
    changed: (step: SegmentStep) => SegmentStep = (step) => step,
  ): Promise<KeptRows> {
    const { engine, plan, limit, ordered } = this.#context;
    const around = { ...this.#context, kept };
    const prefix = prefixOf(node.id, around);
    const request = {
      reads: readsOf(prefix, around),
      steps: prefixSteps(prefix).map(changed),
      nodeId: node.id,
      schema: node.schema,
      limit,
      ordered,
      parameters: boundParameters(plan.graph),
      signal: this.#context.signal(),
    };
    if (keep > 0) return engine.keepSample({ ...request, keep });
    const { rows } = await engine.samplePrefix(request);
    return { rows, kept: 0 };
  }

  /**
   * True where keeping the rows costs more than computing them once more: each comes from one row, and so do those of
   * the readers. After some such nodes one is kept all the same, or the last of a thousand would compute them all.
   */
  #isPassed(node: BoundNode, readers: readonly BoundNode[]): boolean {
    return isRowByRow(node) && readers.every(isRowByRow) && this.#passedBefore(node) < MOST_PASSED;
  }

  #passedBefore(node: BoundNode): number {
    return Math.max(0, ...inputsOf(node).map((id) => this.#passed.get(id) ?? 0));
  }

  /** The partial samples that may stand for their nodes on every way to this one. */
  #usableParts(node: BoundNode): Set<NodeId> {
    const usable = new Set<NodeId>();
    const needed = new Set<NodeId>();
    const visit = (at: BoundNode, allowed: boolean): void => {
      const partial = allowed ? this.#partialInputs(at, node.ordered) : new Set<NodeId>();
      for (const id of new Set(inputsOf(at))) {
        const input = this.#context.nodes.get(id);
        if (!input || this.#context.results.has(id) || this.#whole.has(id)) continue;
        if (this.#partial.has(id)) (partial.has(id) ? usable : needed).add(id);
        if (!this.#partial.has(id) || !partial.has(id)) visit(input, partial.has(id));
      }
    };
    visit(node, true);
    return new Set([...usable].filter((id) => !needed.has(id)));
  }

  #partialInputs(node: BoundNode, needsFirst: boolean): Set<NodeId> {
    if (needsFirst) return new Set(isRowByRow(node) ? inputsOf(node) : []);
    const partial = partialInputs(node);
    if (node.relation.op !== 'join') return partial;
    // Of two samples hardly any rows meet, so one is held against all rows of the other.
    const open = [...partial].filter((id) => !this.#whole.has(id) && !this.#context.results.has(id));
    const known = { ...this.#context, kept: this.#whole, partial: this.#partial };
    const best = bestPart(node, open, this.#context.limit, known);
    return new Set(best === null ? [] : [best]);
  }

  /** True where each row of these gives several of the node's: they are found one after the other in all of the rest. */
  #multiplies(node: BoundNode, parts: ReadonlySet<NodeId>): boolean {
    const { rowsOut } = this.#context;
    const most = Math.max(...[...parts].map((id) => rowsOut(id) ?? 0));
    return (rowsOut(node.id) ?? 0) > 2 * most;
  }
}

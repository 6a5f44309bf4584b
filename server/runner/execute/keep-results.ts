import type { BoundGraph } from '#lib/bind/types.ts';
import { dependenciesOf } from '#lib/bind/dependencies.ts';
import { descendants } from '#lib/graph/dag.ts';
import type { NodeId } from '#lib/graph/ids.ts';
import type { Segment } from '#lib/plan/types.ts';
import type { Versions } from '../content-keys.ts';
import { type PastNode, keyPartsOf, writeHistory, type PipelineIdentity } from '../run-history.ts';
import type { KeptEntry, KeptMember, ResultStore } from '../staging/result-store.ts';
import type { StagingArea } from '../staging/staging-area.ts';
import type { RunRecorder } from './run-recorder.ts';

/** Entries written side by side: each waits for the disk, not for the processor. */
const WRITES_AT_ONCE = 8;

interface KeeperOptions {
  runId: string;
  graph: BoundGraph;
  keys: ReadonlyMap<NodeId, string | null>;
  versions: Versions;
  counts: 'exact' | 'fast';
  dataDirectory: string;
  identity: PipelineIdentity;
  past: Record<string, PastNode>;
  store: ResultStore;
  /** Source nodes that are no longer what they were when their keys were made. */
  changedSources: () => Promise<ReadonlySet<NodeId>>;
}

interface WhatRan {
  /** Has counts and samples. */
  recorder: RunRecorder;
  staging: StagingArea;
  /** Code that asked chance or the clock. */
  byChance: ReadonlySet<NodeId>;
}

/** Leaves behind what later runs may use: results by content key, and how each node was when it last ran. */
export class ResultKeeper {
  readonly #options: KeeperOptions;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** `executed` are the segments that ran well. */
  async keep(executed: readonly Segment[], ran: WhatRan): Promise<void> {
    const { graph, keys, store } = this.#options;
    const { recorder, staging } = ran;
    const untrue = await this.#untrue(ran.byChance);
    const trueKeys = new Map([...keys].map(([id, key]) => [id, untrue.has(id) ? null : key]));
    const cache = new Map(graph.nodes.map((node) => [node.id, node.node.cache]));
    const waiting = executed.filter(
      ({ output }) => (trueKeys.get(output) ?? null) !== null && cache.get(output) !== 'never-keep',
    );
    const worker = async (): Promise<void> => {
      for (let segment = waiting.shift(); segment; segment = waiting.shift()) {
        const entry = this.#entryOf(segment, trueKeys, recorder, staging);
        if (entry)
          await store.keep(entry, entry.result.kind === 'staged' ? staging.pathOf(segment.output) : null);
      }
    };
    await Promise.all(Array.from({ length: WRITES_AT_ONCE }, worker));
    await this.#remember(trueKeys, ran);
  }

  #entryOf(
    segment: Segment,
    keys: ReadonlyMap<NodeId, string | null>,
    recorder: RunRecorder,
    staging: StagingArea,
  ): KeptEntry | null {
    const { runId, counts } = this.#options;
    const left = staging.entry(segment.output);
    const key = keys.get(segment.output) ?? null;
    if (!left || key === null || left.rows === null || left.result.kind === 'passed') return null;
    return {
      version: 1,
      key,
      runId,
      madeAt: new Date().toISOString(),
      counts,
      result: left.result,
      rows: left.rows,
      schema: left.schema,
      members: segment.nodes.flatMap((id) => this.#memberOf(id, keys.get(id) ?? null, recorder)),
    };
  }

  #memberOf(id: NodeId, key: string | null, recorder: RunRecorder): KeptMember[] {
    const record = recorder.record(id);
    if (!record || key === null) return [];
    const { rowsOut: rows, rowsOutAtLeast: rowsAtLeast, sample, sql } = record;
    return [{ key, rows, rowsAtLeast, sample, sql }];
  }

  async #remember(keys: ReadonlyMap<NodeId, string | null>, { recorder, byChance }: WhatRan): Promise<void> {
    const { graph, versions, dataDirectory, identity, past } = this.#options;
    const at = new Date().toISOString();
    const nodes: Record<string, PastNode> = {};
    for (const node of graph.nodes) {
      const status = recorder.record(node.id)?.status;
      const before = past[node.id];
      if (status === undefined || status === 'disabled') {
        if (before) nodes[node.id] = before;
      } else
        nodes[node.id] = {
          key: keys.get(node.id) ?? null,
          parts: keyPartsOf(node, graph, versions),
          status,
          at,
          ...(byChance.has(node.id) ? { usedChance: true as const } : {}),
        };
    }
    await writeHistory(dataDirectory, identity, nodes);
  }

  /**
   * A file that changed while the run read it: nobody knows which rows the results below it come from. Nor would what
   * came by chance come again.
   */
  async #untrue(byChance: ReadonlySet<NodeId>): Promise<ReadonlySet<string>> {
    const changed = await this.#options.changedSources();
    return descendants(dependenciesOf(this.#options.graph), [...changed, ...byChance]);
  }
}

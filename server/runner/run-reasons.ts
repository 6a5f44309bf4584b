import path from 'node:path';
import type { BoundGraph, BoundNode } from '#lib/bind/types.ts';
import type { NodeId } from '#lib/graph/ids.ts';
import type { RunPlan, Slice } from '#lib/plan/types.ts';
import { partsOf } from '#lib/sql/relation-parts.ts';
import { volatileFunctions } from '#server/engines/duckdb/functions.ts';
import { upstreamOf, type Versions } from './content-keys.ts';
import { keyPartsOf, type KeyParts, type PastNode } from './run-history.ts';

export interface ReasonContext {
  plan: RunPlan;
  slice: Slice;
  keys: ReadonlyMap<NodeId, string | null>;
  past: Record<string, PastNode>;
  versions: Versions;
  /** True where the person asked for everything anew. */
  fresh: boolean;
}

/** Why each node that runs does so, in words, by its id: what differs from its last run, here or above it. */
export function reasonsToRun(context: ReasonContext): Map<NodeId, string> {
  const { plan, slice, fresh } = context;
  const idle = new Set([...plan.reused, ...plan.covered].map(({ nodeId }) => nodeId));
  const running = new Set(plan.nodes);
  const causes = new Causes(context);
  const below = slice.from === undefined ? new Set<NodeId>() : belowAndSelf(plan.graph, slice.from);
  const readers = new Map(
    plan.graph.nodes
      .filter(({ id }) => running.has(id))
      .flatMap((node) => upstreamOf(node).map((id) => [id, node] as const)),
  );
  const reasons = new Map<NodeId, string>();
  for (const node of plan.graph.nodes) {
    const cause = causes.of(node);
    if (idle.has(node.id) || !running.has(node.id)) continue;
    if (fresh) reasons.set(node.id, 'The run was asked to use no earlier result.');
    else if (cause) reasons.set(node.id, cause);
    else if (below.has(node.id)) {
      const from = plan.graph.nodes.find(({ id }) => id === slice.from);
      reasons.set(node.id, `The run was asked to begin at "${from?.name ?? slice.from}".`);
    } else reasons.set(node.id, whyNothingWasKept(node, context, readers.get(node.id)));
  }
  return reasons;
}

/** Why a node's rows are new. The first cause found on the way up is told to everything below it. */
class Causes {
  readonly #context: ReasonContext;
  readonly #nodes: ReadonlyMap<NodeId, BoundNode>;
  readonly #known = new Map<NodeId, string | null>();

  constructor(context: ReasonContext) {
    this.#context = context;
    this.#nodes = new Map(context.plan.graph.nodes.map((node) => [node.id, node]));
  }

  /** Null where its rows are those of its last run. Asked in topological order, so that it never goes deep. */
  of(node: BoundNode): string | null {
    const known = this.#known.get(node.id);
    if (known !== undefined) return known;
    const cause = this.#find(node);
    this.#known.set(node.id, cause);
    return cause;
  }

  #find(node: BoundNode): string | null {
    const { past, keys, plan, versions } = this.#context;
    const own = alwaysNew(node);
    if (own) return own;
    const before = past[node.id];
    if (!before) return 'It runs for the first time.';
    if (before.key !== null && before.key === keys.get(node.id)) return null;
    const change = changeOf(node, before.parts, keyPartsOf(node, plan.graph, versions));
    if (change) return change;
    if (before.usedChance)
      return 'Its code looked at a clock or at chance, and so may give other rows each time.';
    for (const id of upstreamOf(node)) {
      const above = this.#nodes.get(id);
      const cause = above ? this.of(above) : null;
      if (above && cause) return fromAbove(above, cause);
    }
    return null;
  }
}

/** `orders.csv changed.` says enough by itself; what is about a node says which. */
function fromAbove(above: BoundNode, cause: string): string {
  return /^(It|Its|The run) /.test(cause) ? `"${above.name}" is new: ${lowerFirst(cause)}` : cause;
}

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

/** What makes a node run in every run. */
function alwaysNew(node: BoundNode): string | null {
  if (node.node.cache === 'always-run') return 'It is set to run every time.';
  if (node.volatile && node.kind === 'code')
    return 'Its code may look at a clock or at chance, and so give other rows each time.';
  if (node.volatile) return `It uses ${volatileCallIn(node.config)}, which may give other rows each time.`;
  if (node.kind === 'source' && node.relation.op !== 'values' && (node.source?.fingerprint ?? null) === null)
    return 'Its source cannot tell whether it has changed.';
  return null;
}

function volatileCallIn(config: unknown): string {
  const words = JSON.stringify(config).match(/\b[a-z_0-9]+\b/gi) ?? [];
  const name = words.find((word) => volatileFunctions.has(word.toLowerCase()));
  return name ? `${name.toLowerCase()}()` : 'a function';
}

function changeOf(node: BoundNode, before: KeyParts, now: KeyParts): string | null {
  if (before.type !== now.type) return `Its type changed from ${before.type} to ${now.type}.`;
  if (before.engine !== now.engine) return `The engine changed from ${before.engine} to ${now.engine}.`;
  const parameters = changedNames(before.parameters, now.parameters);
  if (parameters.length > 0) return `The parameter ${parameters.join(', ')} changed.`;
  const settings = changedNames(before.config, now.config);
  if (settings.length > 0) return `Its ${settings.join(', ')} changed.`;
  if (before.fingerprint !== now.fingerprint) return `${sourceOf(node)} changed.`;
  if (before.inputs !== now.inputs) return 'What it reads changed.';
  if (before.relation !== now.relation) return 'Its meaning changed with its columns.';
  return null;
}

function changedNames(before: Record<string, string>, now: Record<string, string>): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].filter(
    (name) => before[name] !== now[name],
  );
}

function sourceOf(node: BoundNode): string {
  const files = partsOf(node.relation).flatMap((part) => (part.op === 'scan' ? part.scan.paths : []));
  const [only] = files;
  if (node.node.type === 'inline-source' || only === undefined) return `"${node.name}"`;
  return files.length === 1 ? path.basename(only) : `The ${files.length} files of "${node.name}"`;
}

/** Its rows would be the same as before, and yet there are none to use. */
function whyNothingWasKept(node: BoundNode, { past }: ReasonContext, reader: BoundNode | undefined): string {
  if (node.node.cache === 'never-keep') return 'Its rows are never kept.';
  const before = past[node.id]?.status;
  if (before === 'failed') return 'It failed the last time.';
  if (before === 'skipped' || before === 'cancelled') return `It was ${before} the last time.`;
  if (node.kind === 'destination') return 'What it wrote is no longer there as it was written.';
  return reader ? `Its rows were not kept, and "${reader.name}" needs them.` : 'Its rows were not kept.';
}

function belowAndSelf(graph: BoundGraph, from: NodeId): Set<NodeId> {
  const found = new Set([from]);
  for (const node of graph.nodes) if (node.dependsOn.some((id) => found.has(id))) found.add(node.id);
  return found;
}

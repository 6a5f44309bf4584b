import type { BoundGraph, BoundNode } from '../bind/types.ts';
import { AppError } from '../errors/app-error.ts';
import type { NodeId } from '../graph/ids.ts';
import type { Slice } from './types.ts';

/** Which nodes a run is about: those that run, those switched off, those that wait for one switched off. */
export interface Scope {
  /** Topological. */
  nodes: BoundNode[];
  disabled: NodeId[];
  skipped: { nodeId: NodeId; because: NodeId }[];
  /** Nodes that run again even where an earlier result is good: `from` and what lies below it. */
  fresh: ReadonlySet<NodeId>;
}

/**
 * Narrows the graph to the slice and takes out what is disabled. `from` keeps what lies below it and all that this
 * needs; `to` keeps a node and all it needs; both together keep the ways between them. Throws `node-not-found`.
 */
export function scopeOf(graph: BoundGraph, slice: Slice): Scope {
  for (const end of [slice.from, slice.to]) {
    if (end !== undefined) requireNode(graph, end);
  }
  const fresh = slice.from === undefined ? new Set<NodeId>() : descendants(graph.nodes, slice.from);
  const wanted = wantedNodes(graph.nodes, slice, fresh);
  const scope: Scope = { nodes: [], disabled: [], skipped: [], fresh };
  const blocked = new Map<NodeId, NodeId>();
  for (const node of graph.nodes) {
    const because = node.node.disabled
      ? node.id
      : node.dependsOn.map((id) => blocked.get(id)).find((id) => id !== undefined);
    if (because !== undefined) blocked.set(node.id, because);
    if (!wanted.has(node.id)) continue;
    if (because === undefined) scope.nodes.push(node);
    else if (node.node.disabled) scope.disabled.push(node.id);
    else scope.skipped.push({ nodeId: node.id, because });
  }
  return scope;
}

function requireNode(graph: BoundGraph, id: NodeId): void {
  if (graph.nodes.some((node) => node.id === id)) return;
  const known = graph.nodes.map((node) => node.id).slice(0, 20);
  throw new AppError('node-not-found', `The pipeline has no node "${id}".`, {
    hint: `Its nodes are ${known.join(', ')}.`,
  });
}

function wantedNodes(
  nodes: readonly BoundNode[],
  { from, to }: Slice,
  below: ReadonlySet<NodeId>,
): ReadonlySet<NodeId> {
  if (to === undefined)
    return from === undefined ? new Set(nodes.map((node) => node.id)) : ancestors(nodes, below);
  if (from === undefined || below.has(to)) return ancestors(nodes, new Set([to]));
  throw new AppError(
    'empty-slice',
    `Node "${to}" does not depend on node "${from}", so nothing lies between them.`,
    {
      hint: 'Give the ends in the order in which the data flows.',
    },
  );
}

/** The node and everything that depends on it. `nodes` is topological. */
function descendants(nodes: readonly BoundNode[], from: NodeId): Set<NodeId> {
  const found = new Set([from]);
  for (const node of nodes) {
    if (node.dependsOn.some((id) => found.has(id))) found.add(node.id);
  }
  return found;
}

/** The nodes and everything they depend on. `nodes` is topological. */
export function ancestors(nodes: readonly BoundNode[], ends: ReadonlySet<NodeId>): Set<NodeId> {
  const found = new Set(ends);
  for (const node of nodes.toReversed()) {
    if (found.has(node.id)) for (const id of node.dependsOn) found.add(id);
  }
  return found;
}

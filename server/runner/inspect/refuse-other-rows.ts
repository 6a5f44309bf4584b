import type { BoundNode } from '#lib/bind/types.ts';
import { AppError } from '#lib/errors/app-error.ts';
import type { NodeId } from '#lib/graph/ids.ts';
import { inputsOf } from '#lib/plan/readers.ts';
import { readsOrder } from '#lib/plan/order.ts';
import type { StagingArea } from '../staging/staging-area.ts';

export interface Remaking {
  nodes: ReadonlyMap<NodeId, BoundNode>;
  /** The nodes that would run again. */
  running: readonly NodeId[];
  /** Content keys as the world is now. */
  keys: ReadonlyMap<NodeId, string | null>;
  area: StagingArea;
  engineVersion: string;
}

/**
 * Refuses where running these nodes again might not give the very rows of the run: a source that is not what it was, a
 * node that draws at random or looks at the clock, another version of what computes them. Throws `source-changed` or
 * `not-repeatable`.
 */
export function refuseOtherRows({ nodes, running, keys, area, engineVersion }: Remaking): void {
  if (running.length > 0 && area.engineVersion !== engineVersion)
    throw new AppError(
      'not-repeatable',
      `The run was made with ${area.engineVersion}, and this is ${engineVersion}.`,
      {
        hint: 'Another version might give other rows. Run the pipeline again.',
      },
    );
  for (const id of running) {
    const node = nodes.get(id);
    const then = area.entry(id);
    if (!node || !then) throw changed('What this node needs did not run then.', id);
    // A node without a key is told apart by what it reads: its own text is the document's, which does not change.
    const key = keys.get(id) ?? null;
    if (node.kind === 'source' && key !== then.key)
      throw changed(`“${node.name}” has changed since the run.`, id);
    // Its code was seen to ask chance, or what it reads comes of such.
    const wasRandom = then.key === null && key !== null;
    if (wasRandom || isRandom(node, key, nodes))
      throw new AppError('not-repeatable', `“${node.name}” might give other rows if it ran again.`, {
        hint: 'Rows are shown only as the run saw them. Run the pipeline again with staging set to all to keep them.',
        nodeId: id,
      });
    const isSame = key === then.key && JSON.stringify(node.schema) === JSON.stringify(then.schema);
    if (!isSame) throw changed(`What “${node.name}” is made from has changed since the run.`, id);
  }
}

/** Rows that nobody can tell to be the same: by chance, by the order in which they come, or from who knows where. */
function isRandom(node: BoundNode, key: string | null, nodes: ReadonlyMap<NodeId, BoundNode>): boolean {
  if (node.volatile) return true;
  if (node.kind === 'source') return node.relation.op !== 'values' && key === null;
  return readsOrder(node) && inputsOf(node).some((id) => nodes.get(id)?.ordered === false);
}

export const changed = (message: string, nodeId: string) =>
  new AppError('source-changed', message, {
    hint: 'Rows are shown only as the run saw them. Run the pipeline again to see the new ones.',
    nodeId,
  });

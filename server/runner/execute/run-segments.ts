import type { Segment } from '#lib/plan/types.ts';

interface Order {
  concurrency: number;
  /** True of a segment beside which no other may run. */
  isAlone: (segment: Segment) => boolean;
  /** Answers with the segments that take its place, or with none when it is done. */
  run: (segment: Segment) => Promise<Segment[]>;
}

/**
 * Starts each segment as soon as those it waits for are settled, at most `concurrency` at once. A segment whose `run`
 * answers with others is not settled until those are: they take its place, and the last of them bears its id.
 */
export async function runSegments(
  segments: readonly Segment[],
  { concurrency, isAlone, run }: Order,
): Promise<void> {
  const waiting = new Map(segments.map((segment) => [segment.id, segment]));
  const settled = new Set<string>();
  const running = new Map<string, Promise<void>>();
  let alone = false;
  const start = async (segment: Segment) => {
    const replacements = await run(segment);
    running.delete(segment.id);
    alone = false;
    if (replacements.length === 0) settled.add(segment.id);
    for (const part of replacements) waiting.set(part.id, part);
  };
  while (waiting.size > 0 || running.size > 0) {
    for (const segment of [...waiting.values()]) {
      if (running.size >= concurrency || alone) break;
      if (!segment.dependsOn.every((id) => settled.has(id))) continue;
      if (isAlone(segment)) {
        if (running.size > 0) continue;
        alone = true;
      }
      waiting.delete(segment.id);
      running.set(segment.id, start(segment));
    }
    if (running.size === 0)
      throw new Error(`segments wait for each other: ${[...waiting.keys()].join(', ')}`);
    await Promise.race(running.values());
  }
}

/** A segment as one statement per node, each result staged: what failed as a whole shows where it fails. */
export function splitSegment(
  segment: Segment,
  readsOf: (nodeId: Segment['output']) => Segment['output'][],
): Segment[] {
  const inside = new Set(segment.nodes);
  return segment.nodes.map((id) => {
    const reads = [...new Set(readsOf(id))];
    const repeats = repeatsBelow(id, segment, readsOf);
    return {
      id,
      nodes: [id],
      output: id,
      repeats,
      reads: reads.filter((read) => !segment.repeats.includes(read)),
      dependsOn: reads.filter((read) => inside.has(read)),
      ordered: segment.ordered,
      target: id === segment.output ? segment.target : 'stage',
      reason: `the statement of ${segment.nodes.length} nodes failed, so each of them runs by itself`,
    };
  });
}

/** Those of the segment's repeated nodes that a node needs, itself or by way of others. */
function repeatsBelow(
  id: Segment['output'],
  { repeats }: Segment,
  readsOf: (nodeId: Segment['output']) => Segment['output'][],
): Segment['output'][] {
  const needed = new Set(readsOf(id));
  for (const repeated of repeats.toReversed())
    if (needed.has(repeated)) for (const read of readsOf(repeated)) needed.add(read);
  return repeats.filter((repeated) => needed.has(repeated));
}

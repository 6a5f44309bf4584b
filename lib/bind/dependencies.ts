import type { BoundGraph } from './types.ts';

/** What each node of a bound graph waits for: its edges' sources and its master data. */
export function dependenciesOf(graph: BoundGraph): Map<string, Set<string>> {
  return new Map(graph.nodes.map((node) => [node.id, new Set<string>(node.dependsOn)]));
}

/** What each node waits for. Every id that occurs in a value is a key too. */
export type Dependencies = ReadonlyMap<string, ReadonlySet<string>>;

/** Builds the dependencies of `ids` from pairs of source and target; pairs with an unknown end are left out. */
export function dependenciesOf(
  ids: readonly string[],
  edges: readonly { source: string; target: string }[],
): Map<string, Set<string>> {
  const dependencies = new Map<string, Set<string>>(ids.map((id) => [id, new Set<string>()]));
  for (const { source, target } of edges) {
    if (dependencies.has(source)) dependencies.get(target)?.add(source);
  }
  return dependencies;
}

/**
 * Kahn's algorithm by generations: a node's generation is one more than the last of those it waits for. Within a
 * generation the order of the map is kept. Nodes on a cycle, and those below one, are in no generation.
 */
export function topologicalGenerations(dependencies: Dependencies): string[][] {
  const waitingFor = new Map([...dependencies].map(([id, needs]) => [id, needs.size]));
  const consumers = consumersOf(dependencies);
  const position = new Map([...dependencies.keys()].map((id, index) => [id, index]));
  const generations: string[][] = [];
  let ready = [...waitingFor].filter(([, count]) => count === 0).map(([id]) => id);
  while (ready.length > 0) {
    generations.push(ready);
    const next: string[] = [];
    for (const id of ready) {
      for (const consumer of consumers.get(id) ?? []) {
        const left = (waitingFor.get(consumer) ?? 0) - 1;
        waitingFor.set(consumer, left);
        if (left === 0) next.push(consumer);
      }
    }
    ready = next.sort((a, b) => (position.get(a) ?? 0) - (position.get(b) ?? 0));
  }
  return generations;
}

/** The reverse of the dependencies: who waits for each node. */
function consumersOf(dependencies: Dependencies): Map<string, string[]> {
  const consumers = new Map<string, string[]>([...dependencies.keys()].map((id) => [id, []]));
  for (const [id, needs] of dependencies) {
    for (const need of needs) consumers.get(need)?.push(id);
  }
  return consumers;
}

/** Everything reachable from `starts` through `next`, the starts included. */
function reachable(starts: Iterable<string>, next: (id: string) => Iterable<string>): Set<string> {
  const seen = new Set<string>(starts);
  const queue = [...seen];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const other of next(id)) {
      if (!seen.has(other)) {
        seen.add(other);
        queue.push(other);
      }
    }
  }
  return seen;
}

/** The nodes that `ids` wait for, directly or not, themselves included. */
export function ancestors(dependencies: Dependencies, ids: Iterable<string>): Set<string> {
  return reachable(ids, (id) => dependencies.get(id) ?? []);
}

/** The nodes that wait for `ids`, directly or not, themselves included. */
export function descendants(dependencies: Dependencies, ids: Iterable<string>): Set<string> {
  const consumers = consumersOf(dependencies);
  return reachable(ids, (id) => consumers.get(id) ?? []);
}

/** One cycle in the direction of the rows (`a → b → a` without the repeated end), or null if there is none. */
export function findCycle(dependencies: Dependencies): string[] | null {
  const sorted = new Set(topologicalGenerations(dependencies).flat());
  const start = [...dependencies.keys()].find((id) => !sorted.has(id));
  if (start === undefined) return null;
  const path: string[] = [];
  const at = new Map<string, number>();
  // Every unsorted node waits for another unsorted one, so walking upwards must meet itself.
  for (
    let id: string | undefined = start;
    id !== undefined;
    id = firstUnsorted(dependencies.get(id), sorted)
  ) {
    const before = at.get(id);
    if (before !== undefined) return path.slice(before).reverse();
    at.set(id, path.length);
    path.push(id);
  }
  return null;
}

function firstUnsorted(
  needs: ReadonlySet<string> | undefined,
  sorted: ReadonlySet<string>,
): string | undefined {
  for (const need of needs ?? []) if (!sorted.has(need)) return need;
  return undefined;
}

/** The path that a new edge would close into a cycle (`target → … → source`), or null if it may be drawn. */
export function cycleClosedBy(
  edges: readonly { source: string; target: string }[],
  added: { source: string; target: string },
): string[] | null {
  if (added.source === added.target) return [added.source];
  const next = new Map<string, string[]>();
  for (const { source, target } of edges) next.set(source, [...(next.get(source) ?? []), target]);
  const cameFrom = new Map<string, string | null>([[added.target, null]]);
  const queue = [added.target];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    if (id === added.source) return pathTo(id, cameFrom);
    for (const other of next.get(id) ?? []) {
      if (!cameFrom.has(other)) {
        cameFrom.set(other, id);
        queue.push(other);
      }
    }
  }
  return null;
}

function pathTo(id: string, cameFrom: ReadonlyMap<string, string | null>): string[] {
  const path: string[] = [];
  for (let step: string | null | undefined = id; step; step = cameFrom.get(step)) path.unshift(step);
  return path;
}

import type { RowCount, SegmentRead, SegmentStep } from './engine.ts';
import { nodeTable } from './engine.ts';

/** Exact rows by table, as far as they are known. */
export type KnownRows = Map<string, number>;

/**
 * Which nodes need a fence so that every count follows from the executed plan: what is known before, what a
 * row-preserving node shares with its neighbours, and the root's own count need none. `fast` places none at all:
 * a fence would make the statement compute rows that it could have skipped.
 */
export function chooseFences(
  steps: readonly SegmentStep[],
  reads: readonly SegmentRead[],
  counts: 'exact' | 'fast',
): string[] {
  if (counts === 'fast') return [];
  const known = knownBefore(steps, reads);
  const root = steps.at(-1);
  // What the root's count will be does not matter here, only that it will be known.
  if (root) known.set(nodeTable(root.nodeId), 0);
  const fences: string[] = [];
  propagate(steps, known);
  for (const step of steps) {
    const table = nodeTable(step.nodeId);
    if (known.has(table)) continue;
    fences.push(step.nodeId);
    known.set(table, 0);
    propagate(steps, known);
  }
  return fences;
}

/** The counts of all nodes from those that are known; the rest is unknown, or known from below. */
export function solveCounts(
  steps: readonly SegmentStep[],
  known: KnownRows,
  atLeast: ReadonlyMap<string, number>,
): Map<string, RowCount> {
  propagate(steps, known);
  return new Map(
    steps.map((step) => {
      const table = nodeTable(step.nodeId);
      const exact = known.get(table) ?? null;
      return [step.nodeId, { exact, atLeast: exact ?? atLeast.get(table) ?? null }];
    }),
  );
}

export function knownBefore(steps: readonly SegmentStep[], reads: readonly SegmentRead[]): KnownRows {
  const known: KnownRows = new Map(reads.map((read) => [read.table, read.rows]));
  for (const step of steps) if (step.knownRows !== null) known.set(nodeTable(step.nodeId), step.knownRows);
  return known;
}

/** Carries counts along row-preserving nodes, both ways, until nothing new is learnt. */
function propagate(steps: readonly SegmentStep[], known: KnownRows): void {
  for (let learnt = true; learnt;) {
    learnt = false;
    for (const step of steps) if (step.rows === 'same' && learn(step, known)) learnt = true;
  }
}

function learn(step: SegmentStep, known: KnownRows): boolean {
  const own = nodeTable(step.nodeId);
  const rows = step.inputs.map((table) => known.get(table));
  const [first] = step.inputs;
  if (!known.has(own)) {
    const total = combined(step.merge, rows);
    if (total === null) return false;
    known.set(own, total);
    return true;
  }
  // Backwards only where there is one way: a single input.
  if (step.merge !== 'single' || step.inputs.length !== 1 || first === undefined || known.has(first))
    return false;
  known.set(first, known.get(own) ?? 0);
  return true;
}

function combined(merge: SegmentStep['merge'], rows: (number | undefined)[]): number | null {
  const all = rows.filter((count) => count !== undefined);
  if (all.length === 0 || all.length < rows.length) return null;
  switch (merge) {
    case 'single':
      return all.length === 1 ? (all[0] ?? null) : null;
    case 'union':
      return all.reduce((sum, count) => sum + count, 0);
    case 'join':
      return Math.max(...all);
    case 'none':
      return null;
  }
}

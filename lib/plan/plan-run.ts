import type { BoundGraph } from '../bind/types.ts';
import { chooseCuts } from './cuts.ts';
import { chooseMode } from './mode.ts';
import { reuseOf } from './reuse.ts';
import { scopeOf } from './scope.ts';
import { segmentsOf } from './segments.ts';
import type { PlanOptions, RunPlan } from './types.ts';

/**
 * Decides what a run does before it does anything: which nodes, in which statements, in which order, in which mode.
 * Pure: the same graph and options give the same plan. Throws a `user` AppError for a slice that is none and for a
 * mode that is not to be had.
 */
export function planRun(graph: BoundGraph, options: PlanOptions): RunPlan {
  const scope = scopeOf(graph, options.slice);
  const { running, reused, covered } = reuseOf(scope, options.artefacts);
  const choice = chooseMode(running, options.mode);
  return {
    graph,
    ...choice,
    nodes: scope.nodes.map((node) => node.id),
    reused,
    covered,
    disabled: scope.disabled,
    skipped: scope.skipped,
    segments: segmentsOf(running, chooseCuts(running, options)),
  };
}

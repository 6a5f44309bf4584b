import { setTimeout as wait } from 'node:timers/promises';
import { AppError, toAppError } from '#lib/errors/app-error.ts';
import type { BoundNode } from '#lib/bind/types.ts';

/** What the nodes of a statement allow it. */
export interface Limits {
  /** Further tries after a transient failure. */
  retries: number;
  timeoutMs: number | null;
  nodeId: string | null;
}

/** A node with a time limit is alone in its statement (the planner sees to it), so the limit is that node's own. */
export function limitsOf(nodes: readonly BoundNode[]): Limits {
  const limited = nodes.find((node) => node.node.timeoutMs !== undefined);
  return {
    retries: Math.max(0, ...nodes.map((node) => node.node.retries ?? 0)),
    timeoutMs: limited?.node.timeoutMs ?? null,
    nodeId: limited?.id ?? null,
  };
}

/** The first wait is short, for a connection that broke; the longest is long enough for a server to come back. */
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 15_000;

interface Attempt<T> {
  signal: AbortSignal;
  run: (signal: AbortSignal) => Promise<T>;
  onRetry: (error: AppError, waitMs: number) => void;
}

/** Runs it within its time limit, and again with growing waits while it fails for reasons that time may heal. */
export async function attempt<T>(limits: Limits, { signal, run, onRetry }: Attempt<T>): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await runLimited(limits, signal, run);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (signal.aborted || error.kind !== 'transient' || failures >= limits.retries) throw error;
      const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures) * (0.75 + Math.random() / 2);
      onRetry(error, waitMs);
      await wait(waitMs, undefined, { signal });
    }
  }
}

async function runLimited<T>(
  { timeoutMs, nodeId }: Limits,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (timeoutMs === null) return run(signal);
  const clock = AbortSignal.timeout(timeoutMs);
  try {
    return await run(AbortSignal.any([signal, clock]));
  } catch (thrown) {
    if (!clock.aborted || signal.aborted) throw thrown;
    throw new AppError(
      'node-timeout',
      `The node ran longer than its limit of ${timeoutMs} ms and was stopped.`,
      {
        hint: "Raise the node's timeoutMs, or give it fewer rows.",
        ...(nodeId === null ? {} : { nodeId }),
        cause: thrown,
      },
    );
  }
}

/** Failures that say nothing about one node, and that running the parts would only repeat. */
const WHOLE_FAILURES = new Set(['disk-full', 'cancelled', 'node-timeout', 'run-timeout']);

/** True where running the nodes of a failed statement one by one shows which of them it was. */
export function isWorthSplitting(error: AppError): boolean {
  return !WHOLE_FAILURES.has(error.code);
}

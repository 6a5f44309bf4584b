import type { DuckDBConnection } from '@duckdb/node-api';
import type { AppError } from '#lib/errors/app-error.ts';
import { compose, type Composed, type OpenRead } from './compose.ts';
import { fromDuckDB, readDuckDBFault } from './duckdb-error.ts';
import type { BoundParameters } from './bind-parameters.ts';
import type { SegmentStep } from './engine.ts';
import { characterOffset } from './guard.ts';
import { readText } from './read-rows.ts';

export interface FailedSegment {
  steps: readonly SegmentStep[];
  reads: readonly OpenRead[];
  statement: Composed;
  /** The text that failed: the composed statement with words of ours around it. */
  ran: string;
  connection: DuckDBConnection;
  parameters: BoundParameters;
  signal: AbortSignal;
}

/** They say nothing about one node, or would only come again after the same long work. */
const OF_THE_WHOLE = new Set([
  'cancelled',
  'out-of-memory',
  'disk-full',
  'engine-closed',
  'internal',
  'engine-failed',
]);

/**
 * The error of a fused statement as that of the node it came from: by the place that DuckDB names, else by running the
 * nodes one after another, each with what it needs, until one fails.
 */
export async function attribute(thrown: unknown, failed: FailedSegment): Promise<AppError> {
  const error = fromDuckDB(thrown);
  if (error.nodeId !== undefined) return error;
  const [only] = failed.steps;
  if (failed.steps.length === 1 && only) return error.at({ nodeId: only.nodeId, sql: only.sql });
  if (failed.signal.aborted || OF_THE_WHOLE.has(error.code)) return error;
  const guilty = stepAtPosition(thrown, failed) ?? (await firstFailing(failed));
  return guilty ? error.at({ nodeId: guilty.nodeId, sql: guilty.sql }) : error;
}

/** The node in whose SELECT the position lies that DuckDB names, a byte offset in the statement that ran. */
function stepAtPosition(thrown: unknown, { steps, statement, ran }: FailedSegment): SegmentStep | null {
  const position = readDuckDBFault(thrown)?.position ?? null;
  const begin = ran.indexOf(statement.sql);
  if (position === null || begin < 0) return null;
  const at = characterOffset(ran, position) - begin;
  return (
    steps.find((step) => {
      const range = statement.ranges.get(step.nodeId);
      return range !== undefined && at >= range.start && at < range.end;
    }) ?? null
  );
}

async function firstFailing({
  steps,
  reads,
  connection,
  parameters,
  signal,
}: FailedSegment): Promise<SegmentStep | null> {
  for (const step of steps) {
    if (signal.aborted) return null;
    const { sql } = compose(steps, reads, { last: step.nodeId, tags: new Map() });
    const failed = await readText(connection, `EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, parameters).then(
      () => false,
      () => true,
    );
    if (failed) return step;
  }
  return null;
}

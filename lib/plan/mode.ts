import type { BoundNode } from '../bind/types.ts';
import { AppError } from '../errors/app-error.ts';
import type { EngineName, PlanOptions, RunPlan } from './types.ts';

/**
 * Up to here code is handed whole tables, and all stays in memory. A DataFrame is never faster than SQL (5 times slower
 * for a hundred rows, 50 times for a million), so there is no crossing of times: this is where it takes a second more
 * than the same work in SQL, as `npm run bench -- frames` measures (113,000 rows on a busy machine, 241,000 on a quiet one).
 */
const MEMORY_MODE_ROWS = 100_000;

export interface ModeChoice {
  engine: EngineName;
  mode: RunPlan['mode'];
  modeReason: string;
}

/** Chooses before the run, never in the middle of one. Throws `no-spark-connect` for `distributed`. */
export function chooseMode(nodes: readonly BoundNode[], wanted: PlanOptions['mode']): ModeChoice {
  switch (wanted) {
    case 'distributed':
      throw new AppError(
        'no-spark-connect',
        'The distributed mode is not to be had: no Spark Connect server configured.',
        {
          hint: 'Choose mode auto or duckdb, or configure a Spark Connect server.',
        },
      );
    case 'memory':
      return {
        engine: 'memory',
        mode: 'memory',
        modeReason:
          'it was asked for; code is handed whole tables, and nothing goes to disk for want of memory',
      };
    case 'duckdb':
      return {
        engine: 'duckdb',
        mode: 'duckdb',
        modeReason: 'it was asked for; out of core, under a memory limit',
      };
    case 'auto':
      return chooseAuto(nodes);
  }
}

function chooseAuto(nodes: readonly BoundNode[]): ModeChoice {
  const code = nodes.filter((node) => node.kind === 'code');
  if (code.length === 0) {
    return {
      engine: 'duckdb',
      mode: 'duckdb',
      modeReason: 'every node runs as SQL, which DuckDB does out of core at any size',
    };
  }
  const rows = estimatedRows(nodes);
  const names = code.map((node) => node.name).join(', ');
  if (rows !== null && rows <= MEMORY_MODE_ROWS) {
    return {
      engine: 'memory',
      mode: 'memory',
      modeReason: `${names} ${code.length === 1 ? 'works' : 'work'} on rows in JavaScript and about ${say(rows)} rows are read; whole tables are handed over up to ${say(MEMORY_MODE_ROWS)}`,
    };
  }
  const size = rows === null ? 'it is not known how many rows are read' : `about ${say(rows)} rows are read`;
  return {
    engine: 'duckdb',
    mode: 'duckdb',
    modeReason: `${size}; more than ${say(MEMORY_MODE_ROWS)} go out of core and through ${names} in batches`,
  };
}

/** The rows of all sources together; null where one of them is unknown. */
function estimatedRows(nodes: readonly BoundNode[]): number | null {
  let sum = 0;
  for (const node of nodes) {
    if (node.kind !== 'source') continue;
    const rows = node.source?.estimatedRows ?? null;
    if (rows === null) return null;
    sum += rows;
  }
  return sum;
}

function say(rows: number): string {
  return Math.round(rows).toLocaleString('en-US');
}

import { type AppError, toAppError } from '#lib/errors/app-error.ts';
import type { BoundGraph, BoundNode, FindValues } from '#lib/bind/types.ts';
import { textsOf } from '#lib/bind/found-values.ts';
import type { Engine, EngineOptions } from '#server/engines/duckdb/engine.ts';
import type { Sandbox } from '#server/sandbox/sandbox.ts';
import { withPrefixSteps } from './code/prefix-with-code.ts';
import { FRAME_ROWS, TIME_LIMIT_MS } from './code/run-code.ts';
import { boundParameters, prefixOf } from './execute/segment-request.ts';
import { scannedFiles } from './scanned-files.ts';
import { temporaryFolder } from './staging/temporary.ts';

/** As many as a pivot may ask for, and one more. */
const MOST_VALUES = 1001;

export interface ValueQuery {
  /** Equal keys ask the same of the same data. */
  key: string;
  /** Files that are read in place, absolute. */
  files: string[];
  ask: (engine: Engine, signal: AbortSignal) => Promise<string[]>;
}

export interface ValueSource {
  sandbox: Sandbox;
  /** Over the first rows of each source; over all where null. */
  sourceRows: number | null;
}

/** What has to run to find the values that a node's columns depend on. */
export function valueQuery(
  asked: BoundNode,
  graph: BoundGraph,
  { sandbox, sourceRows }: ValueSource,
): ValueQuery {
  const nodes = new Map([...graph.nodes, asked].map((node) => [node.id, node]));
  const prefix = prefixOf(asked.id, { nodes, results: new Map() });
  const parameters = boundParameters(graph);
  const seen = prefix.map((node) => [node.relation, node.inputs, node.source?.fingerprint ?? null]);
  return {
    key: JSON.stringify([seen, parameters, sourceRows]),
    files: scannedFiles(prefix),
    ask: (engine, signal) => {
      const around = {
        engine,
        sandbox,
        graph: { ...graph, nodes: [...nodes.values()] },
        sourceRows,
        rowLimit: null,
        frameRows: FRAME_ROWS,
        timeLimitMs: TIME_LIMIT_MS.frame,
        signal,
        onLog: () => undefined,
      };
      return withPrefixSteps(prefix, around, async (steps) => {
        const request = {
          reads: [],
          steps,
          nodeId: asked.id,
          limit: MOST_VALUES,
          ordered: true,
          parameters,
          signal,
        };
        return textsOf((await engine.samplePrefix(request)).rows);
      });
    },
  };
}

export interface RunValues {
  open: (options: EngineOptions) => Engine;
  sandbox: Sandbox;
  runId: string;
  dataDirectory: string;
  memoryLimitBytes: number;
  threads: number;
  signal: AbortSignal;
  /** Told of a query that failed: the data's fault, not the document's. */
  onTrouble: (nodeId: string, error: AppError) => void;
}

/** Finds values for a run, over all rows, with an engine of its own: the run's cannot be opened before its files are known. */
export function findValuesForRun(run: RunValues): FindValues {
  return async (asked, graph) => {
    const query = valueQuery(asked, graph, { sandbox: run.sandbox, sourceRows: null });
    const engine = run.open({
      directories: [],
      files: query.files,
      tempDirectory: temporaryFolder(run.dataDirectory, `${run.runId}-values`),
      memoryLimitBytes: run.memoryLimitBytes,
      threads: run.threads,
      concurrency: 2,
      orders: 'ordered',
    });
    try {
      return await query.ask(engine, run.signal);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (!run.signal.aborted && error.kind !== 'bug') run.onTrouble(asked.id, error);
      throw error;
    } finally {
      await engine.close();
    }
  };
}

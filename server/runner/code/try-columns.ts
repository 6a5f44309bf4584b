import type { BoundNode, TryCode } from '#lib/bind/types.ts';
import { toAppError, type AppError } from '#lib/errors/app-error.ts';
import type { Engine, EngineOptions } from '#server/engines/duckdb/engine.ts';
import type { Sandbox } from '#server/sandbox/sandbox.ts';
import { prefixOf } from '../execute/segment-request.ts';
import { scannedFiles } from '../scanned-files.ts';
import { withPrefixSteps } from './prefix-with-code.ts';
import { tryCode, TRIED_ROWS, TRY_TIME_LIMIT_MS } from './try-code.ts';
import { temporaryFolder } from '../staging/temporary.ts';

export interface Trial {
  sandbox: Sandbox;
  /** The rows of each source that the first rows are looked for in; all where null. */
  sourceRows: number | null;
  signal: AbortSignal;
}

/** Tries a node's code on the first rows that reach it, with an engine that may read what its prefix reads. */
export function triedColumns(engine: Engine, { sandbox, sourceRows, signal }: Trial): TryCode {
  return (asked, graph) => {
    const around = {
      engine,
      sandbox,
      graph,
      sourceRows,
      rowLimit: TRIED_ROWS,
      frameRows: null,
      timeLimitMs: TRY_TIME_LIMIT_MS,
      signal,
      onLog: () => undefined,
    };
    return withPrefixSteps(prefixBefore(asked, graph.nodes), around, (steps) =>
      tryCode(asked, { ...around, reads: [], steps }),
    );
  };
}

function prefixBefore(asked: BoundNode, bound: readonly BoundNode[]): BoundNode[] {
  const nodes = new Map([...bound, asked].map((node) => [node.id, node]));
  return prefixOf(asked.id, { nodes, results: new Map() }).filter(({ id }) => id !== asked.id);
}

/** All that a trial's answer rests on, besides parameters. */
export function triedOver(asked: BoundNode, bound: readonly BoundNode[]): unknown {
  return [...prefixBefore(asked, bound), asked].map(({ id, relation, inputs, source }) => [
    id,
    relation,
    inputs,
    source?.fingerprint ?? null,
  ]);
}

export interface RunTrial {
  open: (options: EngineOptions) => Engine;
  sandbox: Sandbox;
  runId: string;
  dataDirectory: string;
  memoryLimitBytes: number;
  threads: number;
  signal: AbortSignal;
  /** Told of code that fails on the data: a failure of that node, not of the document. */
  onTrouble: (nodeId: string, error: AppError) => void;
}

/** What is wrong with the document itself, whatever the rows. */
const FAULTS_OF_DOCUMENT = new Set([
  'code-syntax',
  'columns-unknown',
  'type-not-for-code',
  'column-name-taken',
]);

/** Tries code for a run, with an engine of its own: the run's cannot be opened before its files are known. */
export function tryCodeForRun(run: RunTrial): TryCode {
  return async (asked, graph) => {
    const engine = run.open({
      directories: [],
      files: scannedFiles(prefixBefore(asked, graph.nodes)),
      tempDirectory: temporaryFolder(run.dataDirectory, `${run.runId}-try`),
      memoryLimitBytes: run.memoryLimitBytes,
      threads: run.threads,
      concurrency: 2,
      orders: 'ordered',
    });
    try {
      return await triedColumns(engine, { ...run, sourceRows: null })(asked, graph);
    } catch (thrown) {
      const error = toAppError(thrown);
      const isOfData = error.kind !== 'bug' && !FAULTS_OF_DOCUMENT.has(error.code);
      if (!run.signal.aborted && isOfData) run.onTrouble(error.nodeId ?? asked.id, error);
      throw error;
    } finally {
      await engine.close();
    }
  };
}

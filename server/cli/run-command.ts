import { randomUUID } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { AppError } from '#lib/errors/app-error.ts';
import type { RunReport } from '#lib/contracts/run-record.ts';
import type { Settings } from '#lib/document/schema.ts';
import { nodeIdSchema } from '#lib/graph/ids.ts';
import type { Slice } from '#lib/plan/types.ts';
import { endProcess } from '#server/engines/duckdb/left-behind.ts';
import { memoryBudget } from '#server/engines/duckdb/memory-budget.ts';
import { openReach } from '#server/files/file-root.ts';
import { defaultDataDirectory } from '#server/runner/data-directory.ts';
import { openEngineServices } from '#server/runner/engine-services.ts';
import { collectStaging } from '#server/runner/staging/collect.ts';
import { runPipeline } from '#server/runner/run-pipeline.ts';
import { loadDocument, parseParameters } from './load-document.ts';
import { EXIT, sayFault } from './outcome.ts';
import { showProgress } from './progress.ts';
import { sayReport } from './say-report.ts';

interface RunOptions {
  param: string[];
  mode?: Settings['mode'];
  from?: string;
  to?: string;
  resume?: string;
  fresh?: boolean;
  dataDir?: string;
  json?: boolean;
}

/** Results of earlier runs are kept up to this; what was used longest ago goes first. */
const KEPT_BYTES = 20e9;

/** `sluice run`: answers the exit code. Throws what keeps the run from starting. */
export async function runCommand(file: string, given: Record<string, unknown>): Promise<number> {
  const options = given as unknown as RunOptions;
  const { read, folder, locate } = await loadDocument(file);
  const dataDirectory =
    options.dataDir === undefined ? defaultDataDirectory() : path.resolve(options.dataDir);
  const services = await openEngineServices();
  const progress = showProgress(process.stderr);
  try {
    const report = await runPipeline(
      {
        runId: randomUUID(),
        document: read,
        parameters: parseParameters(options.param),
        mode: options.mode,
        slice: sliceOf(options),
        resumeFrom: options.resume,
        reuse: { scope: 'cli', pipeline: path.resolve(file), fresh: options.fresh === true },
        reach: openReach(folder),
        dataDirectory,
        memoryLimitBytes: memoryBudget(),
        threads: os.availableParallelism(),
        listeners: [progress],
        signal: cancelOnSignals(),
      },
      services,
    );
    progress.end();
    await collectStaging(dataDirectory, { limitBytes: KEPT_BYTES, keep: new Set([report.runId]) });
    tell(report, options.json === true);
    return report.status === 'succeeded' ? EXIT.good : EXIT.failed;
  } catch (thrown) {
    progress.end();
    throw thrown instanceof AppError && thrown.issues ? withPlaces(thrown, locate(thrown.issues)) : thrown;
  } finally {
    await services.close();
  }
}

function withPlaces(error: AppError, issues: NonNullable<AppError['issues']>): AppError {
  return new AppError(error.code, error.message, {
    kind: error.kind,
    ...(error.hint ? { hint: error.hint } : {}),
    issues,
    cause: error.cause,
  });
}

function tell(report: RunReport, json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  process.stdout.write(sayReport(report));
  for (const node of report.nodes)
    for (const warning of node.warnings) process.stderr.write(sayFault(warning));
}

function sliceOf({ from, to }: RunOptions): Slice {
  const end = (id: string | undefined) => {
    if (id === undefined) return undefined;
    const parsed = nodeIdSchema.safeParse(id);
    if (!parsed.success) throw new AppError('node-not-found', `"${id}" is not the id of a node.`);
    return parsed.data;
  };
  const start = end(from);
  const stop = end(to);
  return { ...(start === undefined ? {} : { from: start }), ...(stop === undefined ? {} : { to: stop }) };
}

/** The first Ctrl-C or SIGTERM cancels the run, which then reports; a second one ends the process at once. */
function cancelOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      controller.abort(new AppError('cancelled', `The run was cancelled (${signal}).`));
      process.once(signal, () => {
        endProcess(EXIT.failed);
      });
    });
  }
  return controller.signal;
}

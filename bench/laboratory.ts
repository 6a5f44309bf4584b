import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { RunReport } from '#lib/contracts/run-record.ts';
import { readDocument } from '#lib/document/read.ts';
import { openReach } from '#server/files/file-root.ts';
import { openEngineServices } from '#server/runner/engine-services.ts';
import type { RunListener } from '#server/runner/execute/run-recorder.ts';
import { runPipeline, type ReuseOptions } from '#server/runner/run-pipeline.ts';

/** What both sides of a comparison get. */
export interface Equipment {
  folder: string;
  threads: number;
  memoryLimitBytes: number;
}

export interface TimedRun {
  report: RunReport;
  /** From the start of execution to the last destination in its place. */
  toDestinationsMs: number;
  /** The same in seconds of processors, which other work on the machine does not stretch. */
  cpuMs: number;
  /** From the start of execution to the last node's end. */
  executionMs: number;
  executionCpuMs: number;
  /** From there until every node's sample is there. */
  samplesMs: number;
  /** All of it, from the document as text to the last sample. */
  wholeMs: number;
  wholeCpuMs: number;
}

export interface RunChanges {
  runId?: string;
  memoryLimitBytes?: number;
  /** Present: earlier results are used, and this run leaves its own. */
  reuse?: ReuseOptions;
  /** Told of its events besides. */
  listener?: RunListener;
}

/** Runs pipelines as the product does, and times them. */
export class Laboratory {
  readonly equipment: Equipment;
  readonly #services: Awaited<ReturnType<typeof openEngineServices>>;

  private constructor(equipment: Equipment, services: Awaited<ReturnType<typeof openEngineServices>>) {
    this.equipment = equipment;
    this.#services = services;
  }

  static async open(equipment: Equipment): Promise<Laboratory> {
    await mkdir(equipment.folder, { recursive: true });
    return new Laboratory(equipment, await openEngineServices());
  }

  /** Throws where the run does not succeed. Its staged results are removed at once. */
  async run(document: unknown, more: RunChanges = {}): Promise<TimedRun> {
    const { folder, threads, memoryLimitBytes } = this.equipment;
    const runId = more.runId ?? randomUUID();
    const begun = performance.now();
    const beforeAll = process.cpuUsage();
    const at = { started: NaN, written: NaN, finished: NaN, sampled: NaN, cpu: NaN, finishedCpu: NaN };
    let before: NodeJS.CpuUsage | undefined;
    const report = await runPipeline(
      {
        runId,
        document: readDocument(document),
        parameters: {},
        slice: {},
        reach: openReach(folder),
        dataDirectory: path.join(folder, 'sluice'),
        memoryLimitBytes: more.memoryLimitBytes ?? memoryLimitBytes,
        threads,
        reuse: more.reuse,
        signal: new AbortController().signal,
        listeners: [
          {
            event: ({ event }) => {
              if (event.type === 'run.started') {
                at.started = performance.now();
                before = process.cpuUsage();
              } else if (event.type === 'run.finished') {
                at.finished = performance.now();
                at.finishedCpu = cpuMs(before);
              } else if (event.type === 'node.finished' && event.node.type === 'file-destination') {
                at.written = performance.now();
                at.cpu = cpuMs(before);
              }
            },
            sampled: () => {
              at.sampled = performance.now();
            },
          },
          ...(more.listener ? [more.listener] : []),
        ],
      },
      this.#services,
    );
    const ended = performance.now();
    const wholeCpuMs = cpuMs(beforeAll);
    await rm(path.join(folder, 'sluice', 'staging', runId), { recursive: true, force: true });
    // As the runner does between runs.
    await this.#services.prepare();
    if (report.status !== 'succeeded') throw new Error(`A run failed: ${JSON.stringify(report.error)}`);
    return {
      report,
      toDestinationsMs: at.written - at.started,
      cpuMs: at.cpu,
      executionMs: at.finished - at.started,
      executionCpuMs: at.finishedCpu,
      samplesMs: Math.max(0, at.sampled - at.finished),
      wholeMs: ended - begun,
      wholeCpuMs,
    };
  }

  /** Processes that run people's code. */
  get sandboxProcesses(): number[] {
    return this.#services.sandbox.processIds;
  }

  /** Removes its folder, outputs and all. */
  async close(): Promise<void> {
    await this.#services.close();
    await rm(this.equipment.folder, { recursive: true, force: true });
  }
}

/**
 * A plain DuckDB for the hand-written side: the same threads, memory and time zone, its optimiser untouched. Rows keep
 * their order only where the pipeline's do.
 */
export async function openPlain(
  equipment: Equipment,
  order: boolean,
): Promise<{ connection: DuckDBConnection; close: () => void }> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(equipment.threads) });
  const connection = await instance.connect();
  await connection.run(`SET memory_limit='${equipment.memoryLimitBytes}B'`);
  await connection.run(`SET temp_directory='${path.join(equipment.folder, 'plain-temp')}'`);
  await connection.run(`SET TimeZone='UTC'`);
  await connection.run(`SET preserve_insertion_order=${order}`);
  return {
    connection,
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

export interface Timed {
  milliseconds: number;
  cpuMs: number;
}

/** What a statement takes. */
export async function time(connection: DuckDBConnection, sql: string): Promise<Timed> {
  const started = performance.now();
  const before = process.cpuUsage();
  await connection.run(sql);
  return { milliseconds: performance.now() - started, cpuMs: cpuMs(before) };
}

function cpuMs(since: NodeJS.CpuUsage | undefined): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

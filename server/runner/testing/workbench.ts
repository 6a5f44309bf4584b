import { randomUUID } from 'node:crypto';
import { mkdtemp, realpath, rm, writeFile, mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { NumberedEvent, RunEvent } from '#lib/contracts/events.ts';
import { runReportSchema, type JsonRow, type NodeRecord, type RunReport } from '#lib/contracts/run-record.ts';
import { readDocument } from '#lib/document/read.ts';
import { openReach } from '#server/files/file-root.ts';
import { openEngineServices } from '../engine-services.ts';
import type { EngineServices } from '../engine-services.ts';
import { runPipeline, type PipelineRun } from '../run-pipeline.ts';

/** A document as tests write it: nodes by id, edges as `a -> b`. */
export interface Sketch {
  settings?: Record<string, unknown>;
  parameters?: Record<string, unknown>;
  nodes: Record<string, Record<string, unknown>>;
  /** `a -> b`, or an edge in full. */
  edges?: (string | Record<string, unknown>)[];
}

export interface Finished {
  report: RunReport;
  events: NumberedEvent[];
  node: (id: string) => NodeRecord;
  /** Statuses in one line: `a succeeded, b failed`. */
  statuses: string;
}

/** Real runs in a folder of their own: the engine, the files, everything but a server. */
export class Workbench {
  readonly folder: string;
  readonly dataDirectory: string;
  readonly services: EngineServices & { close(): Promise<void> };

  private constructor(folder: string, services: EngineServices & { close(): Promise<void> }) {
    this.folder = folder;
    this.dataDirectory = path.join(folder, 'sluice');
    this.services = services;
  }

  static async open(): Promise<Workbench> {
    const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'sluice-runner-')));
    return new Workbench(folder, await openEngineServices());
  }

  async close(): Promise<void> {
    await this.services.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  path(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }

  async file(name: string, content: string): Promise<void> {
    await mkdir(path.dirname(this.path(name)), { recursive: true });
    await writeFile(this.path(name), content);
  }

  /** Runs it and answers when everything, samples too, is there. `watch` sees each event as it happens. */
  async run(
    sketch: Sketch,
    options: Partial<PipelineRun> & {
      watch?: (event: RunEvent) => void;
      engineVersion?: string;
      codeVersion?: string;
    } = {},
  ): Promise<Finished> {
    const { version, codeVersion: ownCode } = this.services;
    const { watch, engineVersion = version, codeVersion = ownCode, ...rest } = options;
    const events: NumberedEvent[] = [];
    const report = await runPipeline(
      {
        runId: randomUUID(),
        document: readDocument(documentOf(sketch)),
        parameters: {},
        slice: {},
        reach: openReach(this.folder),
        dataDirectory: this.dataDirectory,
        memoryLimitBytes: 500_000_000,
        threads: 2,
        signal: new AbortController().signal,
        listeners: [
          {
            event: (event) => {
              events.push(event);
              watch?.(event.event);
            },
            sampled: () => undefined,
          },
        ],
        ...rest,
      },
      { ...this.services, version: engineVersion, codeVersion },
    );
    return finished(runReportSchema.parse(report), events);
  }
}

function finished(report: RunReport, events: NumberedEvent[]): Finished {
  return {
    report,
    events,
    node: (id) => {
      const found = report.nodes.find((node) => node.id === id);
      if (!found) throw new Error(`no node ${id} in the report`);
      return found;
    },
    statuses: report.nodes
      .map((node) => `${node.id} ${node.status}`)
      .sort()
      .join(', '),
  };
}

export function documentOf({ settings, parameters, nodes, edges = [] }: Sketch): Record<string, unknown> {
  return {
    version: 1,
    name: 'test',
    ...(settings ? { settings } : {}),
    ...(parameters ? { parameters } : {}),
    nodes: Object.entries(nodes).map(([id, node]) => ({ id, ...node })),
    edges: edges.map((edge) => {
      if (typeof edge !== 'string') return edge;
      const [source, target] = edge.split(' -> ');
      return { source, target };
    }),
  };
}

/** Rows 1 to `count` in a column `n`, as a node. */
export const numbers = (count: number): Record<string, unknown> => ({
  type: 'inline-source',
  config: {
    format: 'csv',
    content: `n\n${Array.from({ length: count }, (_, index) => index + 1).join('\n')}\n`,
  },
});
export const filter = (condition: string): Record<string, unknown> => ({
  type: 'filter',
  config: { condition },
});
export const sql = (query: string): Record<string, unknown> => ({ type: 'sql', config: { query } });
export const column = (rows: JsonRow[] | null, name: string): unknown[] =>
  (rows ?? []).map((row) => row[name]);

import path from 'node:path';
import type { TaskAnswer } from '#lib/contracts/runner-channel.ts';
import type { TaskProgress } from '#lib/contracts/profile.ts';
import { readDocument } from '#lib/document/read.ts';
import { AppError } from '#lib/errors/app-error.ts';
import { writeCatalogue } from '#server/engines/duckdb/catalogue.ts';
import type { Engine } from '#server/engines/duckdb/engine.ts';
import { rootedReach } from '#server/files/file-root.ts';
import { workspaceRoot } from '#server/files/workspace-root.ts';
import type { EngineServices } from '../engine-services.ts';
import { IdleEngines } from '../service/idle-engines.ts';
import type { RunnerSettings } from '../service/settings.ts';
import { StagingArea, stagingRoot } from '../staging/staging-area.ts';
import { temporaryFolder } from '../staging/temporary.ts';
import { entryOf, rowsNode, type NodeOfRun } from './node-of-run.ts';
import { ProfileStore } from './profile-store.ts';
import { remake } from './remake.ts';
import { Turns } from './turns.ts';

export interface InspectionTask {
  signal: AbortSignal;
  onProgress: (progress: TaskProgress) => void;
}

export interface InspectionOptions {
  settings: RunnerSettings;
  services: EngineServices;
  /** Resolves when a run that this process carries out has left all that it will leave. */
  settled: (runId: string) => Promise<void>;
  /** Told of rows that were unknown before. */
  onCounted: (of: NodeOfRun, rows: ReadonlyMap<string, number>) => Promise<void>;
  /** Told when more is kept than before. */
  onMade: () => Promise<void>;
}

/** Beside the runs there is one share of the memory; previews and pages have the rest of it. */
const REMAKE_SHARE = 2;
const READ_SHARE = 4;

interface StagedNode {
  nodeId: string;
  path: string;
  rows: number;
  bytes: number;
  key: string | null;
}

/**
 * What people ask of the nodes of a run that has ended. All of it is answered from staged results; what the run did not
 * keep is made again first and kept from then on, one at a time.
 */
export class Inspections {
  readonly #options: InspectionOptions;
  readonly #engines: IdleEngines;
  readonly #profiles: ProfileStore;
  readonly #turns = new Turns();

  constructor(options: InspectionOptions) {
    this.#options = options;
    this.#engines = new IdleEngines((opening) => options.services.open(opening));
    this.#profiles = new ProfileStore(options.settings.dataDirectory);
  }

  async profile(of: NodeOfRun, task: InspectionTask): Promise<TaskAnswer<'profile'>> {
    const known = await this.#knownProfile(of);
    if (known) return known;
    const staged = await this.#staged(of, task);
    const reading = (share: number) => {
      task.onProgress({ step: 'reading', share: Math.min(1, Math.max(0, share)) });
    };
    reading(0);
    const profile = await this.#read((engine) =>
      engine.profile({ path: staged.path, signal: task.signal, onProgress: reading }),
    );
    await this.#profiles.keep(this.#addressOf(of, staged.nodeId, staged.key), profile);
    return profile;
  }

  async sample(of: NodeOfRun & { rows: number }, task: InspectionTask): Promise<TaskAnswer<'sample'>> {
    const { path: file, rows: total } = await this.#staged(of, task);
    task.onProgress({ step: 'reading', share: null });
    const page = await this.#read((engine) =>
      engine.readSample({ path: file, rows: of.rows, signal: task.signal }),
    );
    return { ...page, total };
  }

  async stage(of: NodeOfRun, task: InspectionTask): Promise<TaskAnswer<'stage'>> {
    const staged = await this.#staged(of, task);
    if (staged.nodeId !== of.nodeId) await this.#take(task, () => this.#lend(of, staged));
    return { rows: staged.rows, bytes: staged.bytes };
  }

  async count(of: NodeOfRun, task: InspectionTask): Promise<TaskAnswer<'count'>> {
    const counted = await this.#take(task, async () => {
      const { area, entry, nodeId } = await this.#open(of);
      if (entry.rows !== null) return entry.rows;
      return (await this.#remake({ of, area, nodeId, want: 'count', task })).get(nodeId) ?? null;
    });
    if (counted === null)
      throw new AppError('internal', 'The node was run again and not counted.', { kind: 'bug' });
    return { rows: counted };
  }

  close(): Promise<void> {
    return this.#engines.closeAll();
  }

  /** The node's staged result; made again where the run did not keep it. */
  async #staged(of: NodeOfRun, task: InspectionTask): Promise<StagedNode> {
    const kept = await this.#keptIn(of);
    if (kept) return kept;
    return this.#take(task, async () => {
      // Whoever was at work before may have made it.
      const meanwhile = await this.#keptIn(of);
      if (meanwhile) return meanwhile;
      const { area, nodeId } = await this.#open(of);
      await this.#remake({ of, area, nodeId, want: 'rows', task });
      const made = await this.#keptIn(of);
      if (made) return made;
      throw new AppError('internal', 'The node was run again and left no rows.', { kind: 'bug' });
    });
  }

  /** A destination's rows are paged through in the file of the node that it wrote. */
  async #lend(of: NodeOfRun, staged: StagedNode): Promise<void> {
    const { area } = await this.#open(of);
    const entry = entryOf(area, of.nodeId);
    area.record(of.nodeId, { ...entry, sameRows: path.basename(staged.path) });
    await area.flush();
  }

  async #keptIn(of: NodeOfRun): Promise<StagedNode | null> {
    const { area, entry, nodeId } = await this.#open(of);
    const { result, rows, key } = entry;
    if (result.kind !== 'staged' || rows === null) return null;
    return { nodeId, path: path.join(area.folder, result.file), rows, bytes: result.bytes, key };
  }

  /** The run's folder, and what it says of the node whose rows are asked for. */
  async #open(of: NodeOfRun) {
    await this.#options.settled(of.runId);
    const area = await StagingArea.reopen(this.#options.settings.dataDirectory, of.runId);
    const asked = entryOf(area, of.nodeId);
    const nodeId = rowsNode(of.nodeId, asked, readDocument(of.document));
    const entry = nodeId === of.nodeId ? asked : entryOf(area, nodeId);
    return { area: area as StagingArea, entry, nodeId };
  }

  async #remake(making: {
    of: NodeOfRun;
    area: StagingArea;
    nodeId: string;
    want: 'rows' | 'count';
    task: InspectionTask;
  }): Promise<Map<string, number>> {
    const { of, area, task } = making;
    const { settings, services, onCounted, onMade } = this.#options;
    const unknown = new Set(area.entries().flatMap(([id, { rows }]) => (rows === null ? [id] : [])));
    const report = (share: number | null) => {
      task.onProgress({ step: 'computing', share });
    };
    report(null);
    const counted = await remake(
      {
        ...making,
        document: readDocument(of.document),
        reach: rootedReach(workspaceRoot(of.workspaceId, settings.dataDirectory)),
        dataDirectory: settings.dataDirectory,
        memoryLimitBytes: this.#share(REMAKE_SHARE),
        threads: settings.threads,
        limitBytes: settings.stagingBytes,
        signal: task.signal,
        onProgress: report,
      },
      services,
    );
    await writeCatalogue(path.join(area.folder, 'catalogue.duckdb'), area.staged());
    const news = new Map([...counted].filter(([id]) => unknown.has(id)));
    if (news.size > 0) await onCounted(of, news);
    await onMade();
    return counted;
  }

  async #take<T>({ signal, onProgress }: InspectionTask, work: () => Promise<T>): Promise<T> {
    const onWait = () => {
      onProgress({ step: 'waiting', share: null });
    };
    try {
      return await this.#turns.take(work, { signal, onWait });
    } catch (thrown) {
      if (signal.aborted) throw new AppError('cancelled', 'Nobody waits for it any more.', { cause: thrown });
      throw thrown;
    }
  }

  async #knownProfile(of: NodeOfRun): Promise<TaskAnswer<'profile'> | null> {
    const { entry, nodeId } = await this.#open(of);
    return this.#profiles.find(this.#addressOf(of, nodeId, entry.key));
  }

  #addressOf({ workspaceId, runId }: NodeOfRun, nodeId: string, key: string | null) {
    return { key, scope: workspaceId, runId, nodeId };
  }

  #read<T>(work: (engine: Engine) => Promise<T>): Promise<T> {
    const { dataDirectory, threads } = this.#options.settings;
    return this.#engines.use(
      'staging',
      () => ({
        directories: [stagingRoot(dataDirectory)],
        files: [],
        tempDirectory: temporaryFolder(dataDirectory, 'inspect'),
        memoryLimitBytes: this.#share(READ_SHARE),
        threads,
        concurrency: 2,
        orders: 'unordered',
      }),
      work,
    );
  }

  #share(parts: number): number {
    const { memoryBytes, runsAtOnce } = this.#options.settings;
    return Math.floor(memoryBytes / (runsAtOnce + 1) / parts);
  }
}

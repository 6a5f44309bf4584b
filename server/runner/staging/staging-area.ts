import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#lib/errors/app-error.ts';
import type { RunStatus } from '#lib/contracts/run-record.ts';
import type { Schema } from '#lib/sql/schema.ts';
import { writeFileAtomic } from './atomic-file.ts';
import { fromFileSystem } from './disk-error.ts';
import { bareNodes, MANIFEST_FILE, readManifest, type Manifest, type ManifestNode } from './manifest.ts';

/** The folder of all staged results below a data directory. */
export function stagingRoot(dataDirectory: string): string {
  return path.join(dataDirectory, 'staging');
}

/** The folder in which pipelines' last runs are remembered. */
export function historyFolder(dataDirectory: string): string {
  return path.join(stagingRoot(dataDirectory), 'history');
}

/** The folder of one run's results. Run ids are made by us: UUIDs, or the CLI's own. Anything else is refused. */
export function stagingFolder(dataDirectory: string, runId: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/.test(runId))
    throw new AppError('run-not-found', `"${runId}" is not the id of a run.`);
  return path.join(stagingRoot(dataDirectory), runId);
}

/**
 * A run's own results on disk. The manifest follows behind: several nodes that finish at once are written together, so
 * that a run of a thousand nodes does not write it a thousand times; `flush` waits until all is durable.
 */
export class StagingArea {
  readonly folder: string;
  readonly #manifest: Manifest;
  #writing: Promise<void> | null = null;
  #dirty = false;

  private constructor(folder: string, manifest: Manifest) {
    this.folder = folder;
    this.#manifest = manifest;
  }

  /** Makes a run's folder, and begins its manifest. */
  static async create(
    dataDirectory: string,
    run: { id: string; engineVersion: string },
  ): Promise<StagingArea> {
    const folder = stagingFolder(dataDirectory, run.id);
    await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
      throw fromFileSystem(error, folder);
    });
    const area = new StagingArea(folder, {
      version: 1,
      runId: run.id,
      engineVersion: run.engineVersion,
      startedAt: new Date().toISOString(),
      status: 'running',
      nodes: bareNodes(),
    });
    area.#writeSoon();
    return area;
  }

  /** The results of a run that has ended, to add to them. Null where they were collected. */
  static async reopen(dataDirectory: string, runId: string): Promise<StagingArea | null> {
    const folder = stagingFolder(dataDirectory, runId);
    const manifest = await readManifest(folder);
    return manifest && new StagingArea(folder, manifest);
  }

  get engineVersion(): string {
    return this.#manifest.engineVersion;
  }

  /** Where a node's rows are staged. */
  pathOf(nodeId: string): string {
    return path.join(this.folder, `${nodeId}.parquet`);
  }

  /** Takes away what the manifest does not name, and what it is told to: rows that nobody is to find later. */
  async sweep(unwanted: readonly string[] = []): Promise<void> {
    for (const id of unwanted) {
      const entry = this.#manifest.nodes[id];
      if (entry?.result.kind === 'staged') this.record(id, { ...entry, result: { kind: 'passed' } });
    }
    const named = new Set(this.staged().map((staged) => path.basename(staged.path)));
    for (const name of await readdir(this.folder))
      if (name.endsWith('.parquet') && !named.has(name))
        await rm(path.join(this.folder, name), { force: true });
  }

  /** Removes the folder of a run that never began. */
  async discard(): Promise<void> {
    await this.flush();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Notes what a node left behind; durable after the next `flush`, usually within milliseconds. */
  record(nodeId: string, node: ManifestNode): void {
    this.#manifest.nodes[nodeId] = node;
    this.#writeSoon();
  }

  /** A failed write shows in `flush`, which every run awaits. */
  #writeSoon(): void {
    this.#dirty = true;
    this.#writing ??= this.#write();
    this.#writing.catch(() => undefined);
  }

  /** A staged file's entry, with the size it has on disk. */
  async recordStaged(
    nodeId: string,
    node: { key: string | null; rows: number; schema: Schema },
  ): Promise<void> {
    const { size } = await stat(this.pathOf(nodeId));
    this.record(nodeId, { ...node, result: { kind: 'staged', file: `${nodeId}.parquet`, bytes: size } });
  }

  /** What a node left behind, as noted so far. */
  entry(nodeId: string): ManifestNode | undefined {
    return this.#manifest.nodes[nodeId];
  }

  /** Every node that left something behind. */
  entries(): [string, ManifestNode][] {
    return Object.entries(this.#manifest.nodes);
  }

  /** What is staged here, by node. */
  staged(): { name: string; path: string; schema: Schema }[] {
    return Object.entries(this.#manifest.nodes).flatMap(([name, { result, schema }]) =>
      result.kind === 'staged' ? [{ name, path: path.join(this.folder, result.file), schema }] : [],
    );
  }

  async finish(status: RunStatus): Promise<void> {
    this.#manifest.status = status;
    this.#dirty = true;
    await this.flush();
  }

  /** Resolves when all is durable. Throws `disk-full` or `not-writable`. */
  async flush(): Promise<void> {
    while (this.#dirty || this.#writing) {
      this.#writing ??= this.#write();
      await this.#writing;
    }
  }

  async #write(): Promise<void> {
    try {
      while (this.#dirty) {
        this.#dirty = false;
        await writeFileAtomic(path.join(this.folder, MANIFEST_FILE), JSON.stringify(this.#manifest));
      }
    } catch (error) {
      this.#dirty = true;
      throw fromFileSystem(error, this.folder);
    } finally {
      this.#writing = null;
    }
  }
}

import { createHash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError, toAppError } from '#lib/errors/app-error.ts';
import type { SourceDescription, SourceInspector } from '#lib/bind/types.ts';
import type { ScanRequest, SourceExecutor } from '#lib/nodes/execute.ts';
import { executors } from '#lib/nodes/registry/server.ts';
import type { FileReach } from '#server/files/file-root.ts';
import { writeFileAtomic } from './staging/atomic-file.ts';

export interface SourcesOptions {
  reach: FileReach;
  /** Where texts written in a pipeline are kept as files while they are read. */
  dataDirectory: string;
  /** Looks at files with the engine. */
  discover: (request: ScanRequest, signal: AbortSignal) => Promise<SourceDescription>;
  signal: AbortSignal;
}

/**
 * Looks at sources within the caller's reach, and remembers which of them could not be read: a file that is missing is
 * no fault of the document, so that node fails and the rest of the run goes on.
 */
export class Sources implements SourceInspector {
  readonly #options: SourcesOptions;
  /** What stood in the way of reading a source, by node. */
  readonly troubles = new Map<string, AppError>();

  constructor(options: SourcesOptions) {
    this.#options = options;
  }

  async describe(node: { id: string; type: string; config: unknown }): Promise<SourceDescription> {
    const { reach, dataDirectory, discover, signal } = this.#options;
    const executor = (executors as Partial<Record<string, unknown>>)[node.type] as
      SourceExecutor<unknown> | undefined;
    if (executor?.kind !== 'source')
      throw new AppError('not-supported', `Nodes of type "${node.type}" cannot be run yet.`);
    try {
      return await executor.describe(node.config, {
        files: (pattern) => reach.toRead(pattern, signal),
        privateFile: (content, extension) => keepText(dataDirectory, content, extension),
        discover: (request) => discover(request, signal),
        signal,
      });
    } catch (thrown) {
      const error = toAppError(thrown);
      if (isTroubleOfData(error)) this.troubles.set(node.id, error);
      throw error;
    }
  }
}

/** An error about the config itself says where in the config; anything else is about what the config names. */
function isTroubleOfData(error: AppError): boolean {
  return error.place?.path === undefined && error.code !== 'path-outside' && error.kind !== 'bug';
}

/** Named by its content, so that the same text is the same file, with the same fingerprint, in every run. */
async function keepText(dataDirectory: string, content: string, extension: string): Promise<string> {
  const folder = path.join(dataDirectory, 'inline');
  const file = path.join(folder, `${createHash('sha256').update(content).digest('hex')}.${extension}`);
  const kept = await stat(file).catch(() => null);
  if (kept) return file;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFileAtomic(file, content);
  return file;
}

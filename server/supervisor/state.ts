import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { AppError } from '#lib/errors/app-error.ts';
import { endGroup } from './children/child.ts';
import type { DataDirectory } from './data-directory.ts';
import { isRunning, processIdentity } from './process-identity.ts';
import { writePrivateFile } from './secrets.ts';

const identitySchema = z.object({ pid: z.number().int().positive(), startedAt: z.string() });

const stateSchema = z.object({
  supervisor: identitySchema.optional(),
  children: z.array(identitySchema).default([]),
  /** Remembered over restarts, and taken again where free. */
  ports: z.object({ postgres: z.number(), gateway: z.number(), runner: z.number() }).partial().default({}),
  /** Where the app was last served. */
  origin: z.string().optional(),
});
export type SupervisorState = z.infer<typeof stateSchema>;

/** What the last (or the running) supervisor of this data directory wrote down. */
export function readState(directory: DataDirectory): SupervisorState {
  if (!existsSync(directory.stateFile)) return { children: [], ports: {} };
  const state = stateSchema.safeParse(JSON.parse(readFileSync(directory.stateFile, 'utf8')));
  // Of another version: nothing in it is worth a failed start.
  return state.success ? state.data : { children: [], ports: {} };
}

export function writeState(directory: DataDirectory, state: SupervisorState): void {
  writePrivateFile(directory.stateFile, JSON.stringify(state, null, 2));
}

/**
 * Makes this process the one supervisor of the data directory.
 * @returns gives the place up again.
 * @throws AppError `already-running`
 */
export function becomeSupervisor(directory: DataDirectory): () => void {
  const me = processIdentity(process.pid);
  const lock = `${directory.stateFile}.lock`;
  for (;;) {
    try {
      writeFileSync(lock, JSON.stringify(me), { flag: 'wx', mode: 0o600 });
      return () => rmSync(lock, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = identitySchema.safeParse(parseJson(readFileSync(lock, 'utf8')));
    if (holder.success && isRunning(holder.data)) {
      const { origin } = readState(directory);
      throw new AppError(
        'already-running',
        `Sluice is running already over ${directory.root} (process ${holder.data.pid}).`,
        {
          hint: `${origin ? `Open ${origin}, ` : 'Use that one, '}stop it, or set SLUICE_DATA_DIR to another directory.`,
        },
      );
    }
    // Its holder was killed. Should another start come first in taking its place, the next round finds that one.
    rmSync(lock, { force: true });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Ends the children that an earlier, killed supervisor left behind. Nobody else's: a reused number is not them. */
export async function endOrphans(state: SupervisorState): Promise<number> {
  const orphans = state.children.filter(isRunning);
  await Promise.all(orphans.map((orphan) => endGroup(orphan, 5000)));
  return orphans.length;
}

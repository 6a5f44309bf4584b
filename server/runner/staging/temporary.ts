import { readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

const HOST = os.hostname();

/**
 * Where an engine of this process may spill. Each process has a folder of its own: the server's runner, a second one
 * and the command line may share a data directory, and none takes away what another is using.
 */
export function temporaryFolder(dataDirectory: string, name: string): string {
  return path.join(dataDirectory, 'tmp', `${HOST}-${process.pid}-${name}`);
}

/** Removes what processes of this machine that are gone left in their temporary folders. */
export async function clearTemporary(dataDirectory: string): Promise<void> {
  const root = path.join(dataDirectory, 'tmp');
  const names = await readdir(root).catch(() => []);
  const gone = names.filter((name) => {
    if (!name.startsWith(`${HOST}-`)) return false;
    const pid = Number.parseInt(name.slice(HOST.length + 1), 10);
    return pid === process.pid || (pid > 0 && !isAlive(pid));
  });
  await Promise.all(gone.map((name) => rm(path.join(root, name), { recursive: true, force: true })));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process lives too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { processIdentity, type ProcessIdentity } from '../process-identity.ts';

export interface Postmaster {
  readonly process: ProcessIdentity;
  readonly port: number;
}

/** The server that holds this cluster, as its lock file says; undefined when none is running. */
export function livePostmaster(cluster: string): Postmaster | undefined {
  const file = path.join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const [pid, , , port] = readFileSync(file, 'utf8').split('\n');
  const running = processIdentity(Number(pid));
  return running && Number(port) > 0 ? { process: running, port: Number(port) } : undefined;
}

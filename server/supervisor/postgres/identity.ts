import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** The user that the database runs as, where we are root; undefined where we are not, and it runs as we do. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root, so root steps down to `nobody`, which needs no `useradd`. */
export function unprivilegedIdentity(): Identity | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return nobody();
}

function nobody(): Identity {
  // The number differs between systems (65534 on Linux, -2 on macOS), the name does not.
  const line = readPasswd().find((entry) => entry.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  const known = { uid: Number(uid), gid: Number(gid) };
  return known.uid > 0 && known.gid > 0 ? known : { uid: 65534, gid: 65534 };
}

function readPasswd(): string[] {
  try {
    return readFileSync('/etc/passwd', 'utf8').split('\n');
  } catch {
    // No such file on this system: the customary number serves.
    return [];
  }
}

/** Whether this user may pass through every directory down to (and into) `directory`, which must exist. */
export function canReach(directory: string, identity: Identity | undefined): boolean {
  if (!identity) return true;
  for (let at = path.resolve(directory); ; at = path.dirname(at)) {
    if (!mayPass(statSync(at), identity)) return false;
    if (at === path.dirname(at)) return true;
  }
}

function mayPass(stat: { mode: number; uid: number; gid: number }, identity: Identity): boolean {
  if (stat.uid === identity.uid) return (stat.mode & 0o100) !== 0;
  if (stat.gid === identity.gid) return (stat.mode & 0o010) !== 0;
  return (stat.mode & 0o001) !== 0;
}

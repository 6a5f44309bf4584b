import { mkdir, readFile, utimes } from 'node:fs/promises';
import path from 'node:path';
import { profileSchema, type Profile } from '#lib/contracts/profile.ts';
import { hashOf } from '../content-keys.ts';
import { writeFileAtomic } from '../staging/atomic-file.ts';
import { storeFolder } from '../staging/result-store.ts';

/** Changes when a profile would be made in another way. */
const PROFILE_VERSION = 1;

/** Whose rows: known by their content, or else as those of this one run. */
export interface ProfiledRows {
  key: string | null;
  scope: string;
  runId: string;
  nodeId: string;
}

/** Profiles beside the results kept by content key, within the same size limit. */
export class ProfileStore {
  readonly #folder: string;

  constructor(dataDirectory: string) {
    this.#folder = storeFolder(dataDirectory);
  }

  async find(rows: ProfiledRows): Promise<Profile | null> {
    const file = this.#fileOf(rows);
    try {
      const profile = profileSchema.parse(JSON.parse(await readFile(file, 'utf8')));
      const now = new Date();
      await utimes(file, now, now);
      return profile;
    } catch {
      // Not there, collected at this moment, or cut off by a crash: it is made again.
      return null;
    }
  }

  async keep(rows: ProfiledRows, profile: Profile): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeFileAtomic(this.#fileOf(rows), JSON.stringify(profile));
  }

  #fileOf({ key, scope, runId, nodeId }: ProfiledRows): string {
    const address = hashOf(['profile', PROFILE_VERSION, key ?? [scope, runId, nodeId]]);
    return path.join(this.#folder, `${address}.profile.json`);
  }
}

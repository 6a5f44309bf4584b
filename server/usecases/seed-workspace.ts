import { constants, copyFile, link, mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { readDocumentText } from '#lib/document/read.ts';
import { AppError } from '#lib/errors/app-error.ts';
import { workspaceRoot } from '#server/files/workspace-root.ts';
import type { SupabaseAddress } from '#server/supabase/environment.ts';
import { userClient, type UserClient } from '#server/supabase/user-client.ts';
import { loadActor } from './actor.ts';
import { databaseError } from './database-error.ts';
import { documentName, splitView } from './documents.ts';

/** The story that a newcomer meets on the first page: three million flights. The others follow by name. */
const SHOWN_FIRST = 'minutes-lost-by-state.yaml';

export interface SeedOptions {
  /** Acts as `userId`, who may edit the workspace. */
  db: UserClient;
  userId: string;
  workspaceId: string;
  /** Where `*.yaml` and `data/` lie; the `examples` of the project that this process runs in unless told. */
  examplesDir?: string | undefined;
  /** As `SLUICE_DATA_DIR`. */
  dataDir?: string | undefined;
}

/**
 * For the first start: seeds the oldest workspace of whoever holds the access token, as they would by making one. Does
 * nothing where it was done before.
 */
export async function seedFirstWorkspace(
  given: { supabase: SupabaseAddress; accessToken: string } & Pick<SeedOptions, 'examplesDir' | 'dataDir'>,
): Promise<number> {
  const db = userClient(given.supabase, given.accessToken);
  const { data, error } = await db.auth.getUser(given.accessToken);
  if (error) throw databaseError({ message: error.message });
  const { id: userId, email = null } = data.user;
  const { workspace } = await loadActor({ userId, email, db, via: 'token' }, null);
  if (!workspace) return 0;
  const { examplesDir, dataDir } = given;
  return seedWorkspace({ db, userId, workspaceId: workspace.id, examplesDir, dataDir });
}

/**
 * Gives a workspace the example pipelines and their data. One that has pipelines, or had some, is left as it is, so
 * that a second start brings nothing back. Answers how many pipelines it made.
 */
export async function seedWorkspace(options: SeedOptions): Promise<number> {
  const examples = options.examplesDir ?? path.join(/* turbopackIgnore: true */ process.cwd(), 'examples');
  await layData(
    path.join(examples, 'data'),
    path.join(workspaceRoot(options.workspaceId, options.dataDir), 'data'),
  );
  const { data, error } = await options.db
    .from('pipelines')
    .select('id')
    .eq('workspace_id', options.workspaceId)
    .limit(1);
  if (error) throw databaseError(error);
  if (data.length > 0) return 0;
  const names = (await namesIn(examples)).filter((name) => /\.ya?ml$/.test(name)).sort();
  const inOrder = [
    ...names.filter((name) => name === SHOWN_FIRST),
    ...names.filter((name) => name !== SHOWN_FIRST),
  ];
  // The list shows the newest change first: the first example is made last. One after the other, so that times differ.
  for (const name of inOrder.reverse()) {
    await seedPipeline(options, path.join(examples, name));
  }
  return names.length;
}

async function seedPipeline({ db, userId, workspaceId }: SeedOptions, file: string): Promise<void> {
  const { document, faults } = readDocumentText(await readFile(file, 'utf8'));
  if (!document) {
    throw new AppError('broken-example', `The example ${path.basename(file)} cannot be read.`, {
      kind: 'bug',
      issues: faults,
    });
  }
  const { draft, view } = splitView(document);
  const name = documentName(draft) ?? path.basename(file);
  const { error } = await db
    .from('pipelines')
    .insert({ workspace_id: workspaceId, name, draft, view, created_by: userId });
  if (error) throw databaseError(error);
}

/**
 * Lays the example data into the workspace by hard links, which cost no room, else by copies. Nobody writes through
 * them: a destination swaps a whole file for its name. What is there stays.
 */
async function layData(from: string, to: string): Promise<void> {
  const names = await namesIn(from);
  if (names.length > 0) await mkdir(to, { recursive: true });
  for (const name of names) {
    await layFile(path.join(from, name), path.join(to, name));
  }
}

async function layFile(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'EXDEV' && code !== 'EPERM' && code !== 'EMLINK' && code !== 'ENOTSUP') throw error;
    await copyNew(from, to);
  }
}

async function copyNew(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Plain files in a folder; none where it does not exist. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map((entry) => entry.name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

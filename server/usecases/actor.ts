import { AppError } from '#lib/errors/app-error.ts';
import type { Role, Workspace } from '#lib/contracts/workspaces.ts';
import type { UserClient } from '#server/supabase/user-client.ts';
import { databaseError } from './database-error.ts';

/** Who acts, with a database client that acts as them: row-level security holds for all that it does. */
export interface Actor {
  readonly userId: string;
  readonly email: string | null;
  readonly db: UserClient;
  /** A script with a token, or a person in a browser. */
  readonly via: 'cookie' | 'token';
  /** Oldest first. */
  readonly workspaces: readonly Workspace[];
  /** The one that lists and new things belong to; null for a person who has none yet. */
  readonly workspace: Workspace | null;
}

export type SignedIn = Pick<Actor, 'userId' | 'email' | 'db' | 'via'>;

/** Loads the person's workspaces. The wished one is taken where they are a member of it, else their first. */
export async function loadActor(signedIn: SignedIn, wishedWorkspace: string | null): Promise<Actor> {
  const { db, userId } = signedIn;
  // The policies show a person nothing but the workspaces that they belong to.
  const [members, rows] = await Promise.all([
    db.from('members').select('workspace_id, role').eq('user_id', userId),
    db.from('workspaces').select('id, name, created_at').order('created_at').order('id'),
  ]);
  if (members.error) throw databaseError(members.error);
  if (rows.error) throw databaseError(rows.error);
  const roles = new Map(members.data.map((member) => [member.workspace_id, member.role]));
  const workspaces = rows.data.flatMap(({ id, name, created_at }): Workspace[] => {
    const role = roles.get(id);
    return role ? [{ id, name, role, createdAt: created_at }] : [];
  });
  const workspace = workspaces.find(({ id }) => id === wishedWorkspace) ?? workspaces[0] ?? null;
  return { ...signedIn, workspaces, workspace };
}

const RANK: Record<Role, number> = { viewer: 0, editor: 1, owner: 2 };

/**
 * Refuses unless the person has at least this role in the workspace. To a stranger the thing does not exist
 * (`not-found`), a member with a lesser role is told so (`forbidden`).
 */
export function authorise(actor: Actor, workspaceId: string, atLeast: Role): void {
  const role = actor.workspaces.find(({ id }) => id === workspaceId)?.role;
  if (!role) throw notFound('workspace');
  if (RANK[role] < RANK[atLeast]) throw forbidden();
}

/** The workspace that the call works in, with at least this role there. Answers its id. */
export function currentWorkspace(actor: Actor, atLeast: Role): string {
  if (!actor.workspace) {
    throw new AppError('no-workspace', 'You are not a member of any workspace yet.', {
      hint: 'Create one, or ask an owner to add you.',
    });
  }
  authorise(actor, actor.workspace.id, atLeast);
  return actor.workspace.id;
}

export const notFound = (what: string) =>
  new AppError('not-found', `There is no such ${what}.`, {
    hint: 'It may have been deleted, or belong to another workspace.',
  });
const forbidden = () =>
  new AppError('forbidden', 'Your role in this workspace does not allow that.', {
    hint: 'Ask an owner of the workspace.',
  });

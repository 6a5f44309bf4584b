import { z } from 'zod';
import { uuidSchema } from '#lib/contracts/answer.ts';
import type { Member, Retention, Role, Workspace } from '#lib/contracts/workspaces.ts';
import { memberSchema, retentionSchema } from '#lib/contracts/workspaces.ts';
import type { Actor } from './actor.ts';
import { authorise, loadActor, notFound } from './actor.ts';
import { databaseError, functionAnswer, parseRows } from './database-error.ts';
import { seedWorkspace } from './seed-workspace.ts';

const okSchema = z.object({ ok: z.literal(true) });

/** Creates a workspace with the example pipelines and their data; the caller owns it. */
export async function createWorkspace(actor: Actor, name: string): Promise<Workspace> {
  const answer = await actor.db.rpc('create_workspace', { p_name: name });
  const { workspace_id } = functionAnswer(answer, okSchema.extend({ workspace_id: uuidSchema }));
  await seedWorkspace({ db: actor.db, userId: actor.userId, workspaceId: workspace_id });
  return findWorkspace(await loadActor(actor, workspace_id), workspace_id);
}

export function listWorkspaces(actor: Actor): Promise<{ workspaces: Workspace[] }> {
  return Promise.resolve({ workspaces: [...actor.workspaces] });
}

function findWorkspace(actor: Actor, id: string): Workspace {
  const workspace = actor.workspaces.find((one) => one.id === id);
  if (!workspace) throw notFound('workspace');
  return workspace;
}

export async function renameWorkspace(actor: Actor, id: string, name: string): Promise<Workspace> {
  authorise(actor, id, 'owner');
  const { data, error } = await actor.db.from('workspaces').update({ name }).eq('id', id).select('id');
  if (error) throw databaseError(error);
  if (data.length === 0) throw notFound('workspace');
  return { ...findWorkspace(actor, id), name };
}

// As the runner reads it: what is no good number counts as not set.
const storedRetentionSchema = z.object({
  settings: z.object({
    retention: z
      .object({
        logDays: retentionSchema.shape.logDays.catch(null).default(null),
        runDays: retentionSchema.shape.runDays.catch(null).default(null),
      })
      .catch({ logDays: null, runDays: null })
      .default({ logDays: null, runDays: null }),
  }),
});

export async function getRetention(actor: Actor, id: string): Promise<Retention> {
  authorise(actor, id, 'viewer');
  const answer = await actor.db.from('workspaces').select('settings').eq('id', id);
  const row = parseRows(answer, storedRetentionSchema)[0];
  if (!row) throw notFound('workspace');
  return row.settings.retention;
}

/** The runner applies it within six hours. */
export async function setRetention(actor: Actor, id: string, retention: Retention): Promise<Retention> {
  authorise(actor, id, 'owner');
  const answer = await actor.db.rpc('set_retention', {
    p_workspace_id: id,
    p_log_days: retention.logDays,
    p_run_days: retention.runDays,
  });
  functionAnswer(answer, okSchema);
  return retention;
}

export async function listMembers(actor: Actor, id: string): Promise<{ members: Member[] }> {
  authorise(actor, id, 'viewer');
  const { data, error } = await actor.db.rpc('workspace_members', { p_workspace_id: id });
  return { members: parseRows({ data, error }, memberSchema) };
}

/** Adds a person who has an account. Throws `no-account`, `already-member`. */
export async function addMember(
  actor: Actor,
  id: string,
  request: { email: string; role: Role },
): Promise<Member> {
  authorise(actor, id, 'owner');
  const answer = await actor.db.rpc('add_member', {
    p_workspace_id: id,
    p_email: request.email,
    p_role: request.role,
  });
  const { user_id } = functionAnswer(answer, okSchema.extend({ user_id: uuidSchema }));
  return findMember(actor, id, user_id);
}

/** Changes a role. Throws `last-owner`. */
export async function changeMember(
  actor: Actor,
  id: string,
  change: { userId: string; role: Role },
): Promise<Member> {
  authorise(actor, id, 'owner');
  functionAnswer(
    await actor.db.rpc('change_member', {
      p_workspace_id: id,
      p_user_id: change.userId,
      p_role: change.role,
    }),
    okSchema,
  );
  return findMember(actor, id, change.userId);
}

/** Takes a person out; anybody may take out themselves. Throws `last-owner`. */
export async function removeMember(actor: Actor, id: string, userId: string): Promise<Record<never, never>> {
  authorise(actor, id, userId === actor.userId ? 'viewer' : 'owner');
  functionAnswer(await actor.db.rpc('change_member', { p_workspace_id: id, p_user_id: userId }), okSchema);
  return {};
}

async function findMember(actor: Actor, id: string, userId: string): Promise<Member> {
  const { members } = await listMembers(actor, id);
  const member = members.find((one) => one.userId === userId);
  if (!member) throw notFound('member');
  return member;
}

import { randomUUID } from 'node:crypto';
import type { Sql } from 'postgres';
import type { TestSupabase, TestUser, TestWorkspace } from '#server/supabase/testing/test-supabase.ts';
import type { UserClient } from '#server/supabase/user-client.ts';

export const ACTORS = ['anonymous', 'stranger', 'viewer', 'editor', 'owner'] as const;
export type Actor = (typeof ACTORS)[number];

/** A workspace with one of everything, the people in it, and one from elsewhere. */
export interface World {
  readonly sql: Sql;
  readonly workspace: TestWorkspace;
  /** Owner of another workspace. */
  readonly stranger: TestUser;
  readonly pipelineId: string;
  readonly versionId: string;
  readonly runId: string;
  readonly scheduleId: string;
  client(actor: Actor): UserClient;
  userId(actor: Actor): string | null;
}

export const DOCUMENT = { version: 1, name: 'Seed', nodes: [], edges: [] };

export async function makeWorld(supabase: TestSupabase): Promise<World> {
  const { sql } = supabase;
  const workspace = await supabase.workspace();
  const { owner: stranger } = await supabase.workspace();
  const pipelineId = await seedPipeline(sql, workspace.id);
  const versionId = await seedVersion(sql, workspace.id, pipelineId);
  const scheduleId = randomUUID();
  await sql`insert into public.schedules (id, workspace_id, pipeline_id, name, cron, owner_id)
    values (${scheduleId}, ${workspace.id}, ${pipelineId}, 'Nightly', '0 3 * * *', ${workspace.editor.id})`;
  const runId = await seedRun(sql, { workspaceId: workspace.id, pipelineId, versionId });
  const users = { stranger, viewer: workspace.viewer, editor: workspace.editor, owner: workspace.owner };
  return {
    sql,
    workspace,
    stranger,
    pipelineId,
    versionId,
    runId,
    scheduleId,
    client: (actor) => (actor === 'anonymous' ? supabase.anonymous : users[actor].client),
    userId: (actor) => (actor === 'anonymous' ? null : users[actor].id),
  };
}

export async function seedPipeline(sql: Sql, workspaceId: string): Promise<string> {
  const id = randomUUID();
  await sql`insert into public.pipelines (id, workspace_id, name, draft)
    values (${id}, ${workspaceId}, 'Seed', ${sql.json(DOCUMENT)})`;
  return id;
}

export async function seedVersion(sql: Sql, workspaceId: string, pipelineId: string): Promise<string> {
  const id = randomUUID();
  await sql`insert into public.pipeline_versions (id, workspace_id, pipeline_id, number, document, content_hash)
    values (${id}, ${workspaceId}, ${pipelineId},
      (select count(*) + 1 from public.pipeline_versions where pipeline_id = ${pipelineId}),
      ${sql.json(DOCUMENT)}, ${randomUUID()})`;
  return id;
}

/** A finished run, so that no claim in a test that runs beside this one takes it. */
export async function seedRun(
  sql: Sql,
  of: { workspaceId: string; pipelineId: string; versionId: string; status?: string },
): Promise<string> {
  const id = randomUUID();
  await sql`insert into public.runs (id, workspace_id, pipeline_id, version_id, status)
    values (${id}, ${of.workspaceId}, ${of.pipelineId}, ${of.versionId}, ${of.status ?? 'succeeded'})`;
  return id;
}

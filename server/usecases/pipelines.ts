import { z } from 'zod';
import { instantSchema, uuidSchema } from '#lib/contracts/answer.ts';
import { lastRunSchema, RevisionConflictError } from '#lib/contracts/pipelines.ts';
import type {
  CreatePipelineRequest,
  PipelineDetail,
  PipelineSummary,
  SavePipelineRequest,
} from '#lib/contracts/pipelines.ts';
import type { Actor } from './actor.ts';
import { authorise, currentWorkspace, notFound } from './actor.ts';
import { databaseError, functionAnswer, parseRows } from './database-error.ts';
import type { LooseDocument } from './documents.ts';
import { documentName, joinView, splitView } from './documents.ts';

const looseSchema = z.record(z.string(), z.unknown());
const summaryRowSchema = z.object({
  id: uuidSchema,
  workspace_id: uuidSchema,
  name: z.string(),
  description: z.string(),
  revision: z.number(),
  live_version: z.number().nullable(),
  node_count: z.number(),
  last_run: lastRunSchema.nullable(),
  created_at: instantSchema,
  updated_at: instantSchema,
});
const draftRowSchema = z.object({ workspace_id: uuidSchema, draft: looseSchema, view: looseSchema });

function toSummary(row: z.infer<typeof summaryRowSchema>): PipelineSummary {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    revision: row.revision,
    liveVersion: row.live_version,
    nodeCount: row.node_count,
    lastRun: row.last_run,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** The pipelines of the current workspace, newest change first. */
export async function listPipelines(actor: Actor): Promise<{ pipelines: PipelineSummary[] }> {
  const workspaceId = currentWorkspace(actor, 'viewer');
  const answer = await actor.db
    .from('pipeline_summaries')
    .select()
    .eq('workspace_id', workspaceId)
    .order('updated_at', { ascending: false })
    .limit(1000);
  return { pipelines: parseRows(answer, summaryRowSchema).map(toSummary) };
}

/** A pipeline's draft with the workspace that it belongs to, for use cases that go on from there. */
export async function loadDraft(
  actor: Actor,
  id: string,
): Promise<{ workspaceId: string; draft: LooseDocument; view: LooseDocument }> {
  const answer = await actor.db
    .from('pipelines')
    .select('workspace_id, draft, view')
    .eq('id', id)
    .is('deleted_at', null);
  const row = parseRows(answer, draftRowSchema)[0];
  if (!row) throw notFound('pipeline');
  authorise(actor, row.workspace_id, 'viewer');
  return { workspaceId: row.workspace_id, draft: row.draft, view: row.view };
}

export async function getPipeline(actor: Actor, id: string): Promise<PipelineDetail> {
  const { draft, view } = await loadDraft(actor, id);
  const row = parseRows(await actor.db.from('pipeline_summaries').select().eq('id', id), summaryRowSchema)[0];
  if (!row) throw notFound('pipeline');
  return { ...toSummary(row), document: joinView(draft, view) };
}

export async function createPipeline(actor: Actor, request: CreatePipelineRequest): Promise<PipelineDetail> {
  const workspaceId = currentWorkspace(actor, 'editor');
  const { draft, view } = splitView(request.document ?? { version: 1, nodes: [], edges: [] });
  const name = request.name ?? documentName(draft) ?? 'Untitled pipeline';
  const { data, error } = await actor.db
    .from('pipelines')
    .insert({ workspace_id: workspaceId, name, draft: { ...draft, name }, view, created_by: actor.userId })
    .select('id')
    .single();
  if (error) throw databaseError(error);
  return getPipeline(actor, data.id);
}

/** Saves the draft, renames, or both. Throws RevisionConflictError where somebody saved in between. */
export async function savePipeline(
  actor: Actor,
  id: string,
  request: SavePipelineRequest,
): Promise<PipelineDetail> {
  const stored = await loadDraft(actor, id);
  authorise(actor, stored.workspaceId, 'editor');
  const { draft, view } = request.document ? splitView(request.document) : stored;
  const name = request.name ?? documentName(draft) ?? documentName(stored.draft) ?? 'Untitled pipeline';
  const answer = await actor.db.rpc('save_pipeline_draft', {
    p_id: id,
    p_revision: request.revision,
    p_draft: { ...draft, name },
    p_view: view,
    p_name: name,
  });
  const conflict = z.object({ ok: z.literal(false), code: z.literal('conflict') }).safeParse(answer.data);
  if (conflict.success) throw new RevisionConflictError(await getPipeline(actor, id));
  functionAnswer(answer, z.object({ ok: z.literal(true) }));
  return getPipeline(actor, id);
}

/** Takes the pipeline away with its schedules. Its past runs can still be looked at. */
export async function deletePipeline(actor: Actor, id: string): Promise<Record<never, never>> {
  const { workspaceId } = await loadDraft(actor, id);
  authorise(actor, workspaceId, 'editor');
  const deleted = await actor.db
    .from('pipelines')
    .update({ deleted_at: new Date().toISOString() })
    .eq('id', id)
    .is('deleted_at', null)
    .select('id');
  if (deleted.error) throw databaseError(deleted.error);
  if (deleted.data.length === 0) throw notFound('pipeline');
  const { error } = await actor.db.from('schedules').delete().eq('pipeline_id', id);
  if (error) throw databaseError(error);
  return {};
}

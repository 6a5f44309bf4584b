import { z } from 'zod';
import { instantSchema, uuidSchema } from '#lib/contracts/answer.ts';
import type { VersionDetail, VersionSummary } from '#lib/contracts/pipelines.ts';
import type { Actor } from './actor.ts';
import { authorise, notFound } from './actor.ts';
import { functionAnswer, parseRows } from './database-error.ts';
import type { LooseDocument } from './documents.ts';
import { contentHash, joinView } from './documents.ts';
import { loadDraft } from './pipelines.ts';

const rowSchema = z.object({
  id: uuidSchema,
  number: z.number(),
  created_at: instantSchema,
  created_by: uuidSchema.nullable(),
});
const detailRowSchema = rowSchema.extend({ document: z.record(z.string(), z.unknown()) });
const COLUMNS = 'id, number, created_at, created_by';

const toSummary = (row: z.infer<typeof rowSchema>, liveId: string | null): VersionSummary => ({
  id: row.id,
  number: row.number,
  live: row.id === liveId,
  createdAt: row.created_at,
  createdBy: row.created_by,
});

/** The versions of a pipeline, newest first. */
export async function listVersions(
  actor: Actor,
  pipelineId: string,
): Promise<{ versions: VersionSummary[] }> {
  await loadDraft(actor, pipelineId);
  const answer = await actor.db
    .from('pipeline_versions')
    .select(COLUMNS)
    .eq('pipeline_id', pipelineId)
    .order('number', { ascending: false })
    .limit(1000);
  const liveId = await liveVersionId(actor, pipelineId);
  return { versions: parseRows(answer, rowSchema).map((row) => toSummary(row, liveId)) };
}

/** A version with its document, placed on the canvas as the draft is now. */
export async function getVersion(actor: Actor, pipelineId: string, number: number): Promise<VersionDetail> {
  const { view } = await loadDraft(actor, pipelineId);
  const row = await versionByNumber(actor, pipelineId, number);
  const liveId = await liveVersionId(actor, pipelineId);
  return { ...toSummary(row, liveId), document: joinView(row.document, view) };
}

export type VersionRow = z.infer<typeof detailRowSchema>;

/** The version of that number. Throws `not-found`. */
export async function versionByNumber(actor: Actor, pipelineId: string, number: number): Promise<VersionRow> {
  const answer = await actor.db
    .from('pipeline_versions')
    .select(`${COLUMNS}, document`)
    .eq('pipeline_id', pipelineId)
    .eq('number', number);
  const row = parseRows(answer, detailRowSchema)[0];
  if (!row) throw notFound('version');
  return row;
}

/** The version that schedules run; null where nothing was published. */
export async function liveVersion(actor: Actor, pipelineId: string): Promise<VersionRow | null> {
  const id = await liveVersionId(actor, pipelineId);
  if (id === null) return null;
  const answer = await actor.db.from('pipeline_versions').select(`${COLUMNS}, document`).eq('id', id);
  return parseRows(answer, detailRowSchema)[0] ?? null;
}

async function liveVersionId(actor: Actor, pipelineId: string): Promise<string | null> {
  const answer = await actor.db.from('pipelines').select('live_version_id').eq('id', pipelineId);
  return parseRows(answer, z.object({ live_version_id: uuidSchema.nullable() }))[0]?.live_version_id ?? null;
}

/** Makes the version of that number the live one; without a number the draft is frozen and published. */
export async function publishPipeline(
  actor: Actor,
  pipelineId: string,
  number?: number,
): Promise<VersionSummary> {
  const { workspaceId, draft } = await loadDraft(actor, pipelineId);
  authorise(actor, workspaceId, 'editor');
  const versionId =
    number === undefined
      ? await freeze(actor, pipelineId, draft)
      : (await versionByNumber(actor, pipelineId, number)).id;
  const answer = await actor.db.rpc('publish_version', {
    p_pipeline_id: pipelineId,
    p_version_id: versionId,
  });
  const { version } = functionAnswer(answer, z.object({ ok: z.literal(true), version: rowSchema }));
  return toSummary(version, version.id);
}

/** The immutable version with this content, made if it is new. Answers its id. */
async function freeze(actor: Actor, pipelineId: string, draft: LooseDocument): Promise<string> {
  const answer = await actor.db.rpc('ensure_version', {
    p_pipeline_id: pipelineId,
    p_document: draft,
    p_content_hash: contentHash(draft),
  });
  return functionAnswer(answer, z.object({ ok: z.literal(true), version: rowSchema })).version.id;
}

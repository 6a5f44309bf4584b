import { z } from 'zod';
import { instantSchema, uuidSchema } from '#lib/contracts/answer.ts';
import type { ParsedBody } from '#lib/contracts/endpoints.ts';
import { lastRunSchema } from '#lib/contracts/pipelines.ts';
import type { Schedule, UpdateScheduleRequest } from '#lib/contracts/schedules.ts';
import { OVERLAP_POLICIES } from '#lib/contracts/schedules.ts';
import { toAppError } from '#lib/errors/app-error.ts';
import { checkCron, cronSentence, nextTime, nextTimes } from '#lib/schedules/cron.ts';
import type { Actor } from './actor.ts';
import { authorise, currentWorkspace, notFound } from './actor.ts';
import { databaseError, parseRows } from './database-error.ts';
import { loadDraft } from './pipelines.ts';
import { nudgeRunner } from './runner-link.ts';
import { checkDocument, checkParameters } from './start-run.ts';
import type { VersionRow } from './versions.ts';
import { liveVersion, publishPipeline, versionByNumber } from './versions.ts';

const SHOWN_RUNS = 5;

const rowSchema = z.object({
  id: uuidSchema,
  workspace_id: uuidSchema,
  pipeline_id: uuidSchema,
  pipeline_name: z.string(),
  cron: z.string(),
  time_zone: z.string(),
  enabled: z.boolean(),
  overlap: z.enum(OVERLAP_POLICIES),
  catch_up: z.boolean(),
  parameters: z.record(z.string(), z.unknown()),
  version: z.number().nullable(),
  owner_id: uuidSchema.nullable(),
  next_due_at: instantSchema.nullable(),
  skipped_due_at: instantSchema.nullable(),
  skipped_reason: z.string().nullable(),
  last_run: lastRunSchema.nullable(),
  created_at: instantSchema,
});
type ScheduleRow = z.infer<typeof rowSchema>;

/** The time in words and the next five. One that was written past the API and cannot be read spoils no list. */
function describeTime(row: ScheduleRow, now: Date): { sentence: string; nextRuns: string[] } {
  try {
    const sentence = cronSentence(row.cron);
    if (!row.enabled || row.next_due_at === null) return { sentence, nextRuns: [] };
    // The stored time first: it is the one that will be answered, whatever the clock says by now.
    const after = new Date(Math.max(Date.parse(row.next_due_at), now.getTime()));
    const following = nextTimes({ cron: row.cron, timeZone: row.time_zone }, after, SHOWN_RUNS - 1);
    return { sentence, nextRuns: [row.next_due_at, ...following.map((date) => date.toISOString())] };
  } catch (error) {
    return { sentence: toAppError(error).message, nextRuns: [] };
  }
}

function toSchedule(row: ScheduleRow, now: Date): Schedule {
  return {
    id: row.id,
    pipelineId: row.pipeline_id,
    pipelineName: row.pipeline_name,
    cron: row.cron,
    timeZone: row.time_zone,
    ...describeTime(row, now),
    enabled: row.enabled,
    overlap: row.overlap,
    catchUp: row.catch_up,
    parameters: row.parameters,
    version: row.version,
    ownerId: row.owner_id,
    nextDue: row.enabled ? row.next_due_at : null,
    lastRun: row.last_run,
    lastSkip:
      row.skipped_due_at && row.skipped_reason
        ? { dueAt: row.skipped_due_at, reason: row.skipped_reason }
        : null,
    createdAt: row.created_at,
  };
}

export async function listSchedules(actor: Actor, pipelineId?: string): Promise<{ schedules: Schedule[] }> {
  let select = actor.db
    .from('schedule_summaries')
    .select()
    .eq('workspace_id', currentWorkspace(actor, 'viewer'))
    .order('next_due_at', { nullsFirst: false })
    .order('id')
    .limit(1000);
  if (pipelineId) select = select.eq('pipeline_id', pipelineId);
  const now = new Date();
  return { schedules: parseRows(await select, rowSchema).map((row) => toSchedule(row, now)) };
}

async function loadSchedule(actor: Actor, id: string): Promise<ScheduleRow> {
  const row = parseRows(await actor.db.from('schedule_summaries').select().eq('id', id), rowSchema)[0];
  if (!row) throw notFound('schedule');
  authorise(actor, row.workspace_id, 'viewer');
  return row;
}

/**
 * Runs a pipeline by the clock: the live version, or the one named. A pipeline that was never published has its
 * current draft published, so that what the person sees is what will run.
 */
export async function createSchedule(actor: Actor, request: ParsedBody<'createSchedule'>): Promise<Schedule> {
  const { workspaceId } = await loadDraft(actor, request.pipelineId);
  authorise(actor, workspaceId, 'editor');
  const now = new Date();
  const time = { cron: request.cron, timeZone: request.timeZone };
  checkCron(time, now);
  const version = await versionToRun(actor, request.pipelineId, request.version);
  checkParameters(checkDocument(version.document), request.parameters);
  const { data, error } = await actor.db
    .from('schedules')
    .insert({
      workspace_id: workspaceId,
      pipeline_id: request.pipelineId,
      version_id: request.version === null ? null : version.id,
      name: cronSentence(request.cron).slice(0, 200),
      cron: request.cron,
      time_zone: request.timeZone,
      enabled: request.enabled,
      overlap: request.overlap,
      catch_up: request.catchUp,
      parameters: request.parameters,
      owner_id: actor.userId,
      next_due_at: request.enabled ? (nextTime(time, now)?.toISOString() ?? null) : null,
    })
    .select('id')
    .single();
  if (error) throw databaseError(error);
  await nudgeRunner('reschedule');
  return toSchedule(await loadSchedule(actor, data.id), now);
}

async function versionToRun(actor: Actor, pipelineId: string, number: number | null): Promise<VersionRow> {
  if (number !== null) return versionByNumber(actor, pipelineId, number);
  const live = await liveVersion(actor, pipelineId);
  if (live) return live;
  const { draft } = await loadDraft(actor, pipelineId);
  checkDocument(draft);
  const published = await publishPipeline(actor, pipelineId);
  return versionByNumber(actor, pipelineId, published.number);
}

/** Changes a schedule. What is changed counts from now: a time that was due under the old one is not made good. */
export async function updateSchedule(
  actor: Actor,
  id: string,
  change: UpdateScheduleRequest,
): Promise<Schedule> {
  const row = await loadSchedule(actor, id);
  authorise(actor, row.workspace_id, 'editor');
  const now = new Date();
  const time = { cron: change.cron ?? row.cron, timeZone: change.timeZone ?? row.time_zone };
  const enabled = change.enabled ?? row.enabled;
  checkCron(time, now);
  const moved = change.cron !== undefined || change.timeZone !== undefined || enabled !== row.enabled;
  const version = await changedVersion(actor, row, change);
  const { data, error } = await actor.db
    .from('schedules')
    .update({
      cron: time.cron,
      time_zone: time.timeZone,
      name: cronSentence(time.cron).slice(0, 200),
      enabled,
      ...(change.overlap === undefined ? {} : { overlap: change.overlap }),
      ...(change.catchUp === undefined ? {} : { catch_up: change.catchUp }),
      ...(change.parameters === undefined ? {} : { parameters: change.parameters }),
      ...(version === undefined ? {} : { version_id: version }),
      ...(moved ? { next_due_at: enabled ? (nextTime(time, now)?.toISOString() ?? null) : null } : {}),
    })
    .eq('id', id)
    .select('id');
  if (error) throw databaseError(error);
  if (data.length === 0) throw notFound('schedule');
  await nudgeRunner('reschedule');
  return toSchedule(await loadSchedule(actor, id), now);
}

/** The id of a newly fixed version, null for the live one, undefined for no change. Checks the parameters against it. */
async function changedVersion(
  actor: Actor,
  row: ScheduleRow,
  change: UpdateScheduleRequest,
): Promise<string | null | undefined> {
  if (change.version === undefined && change.parameters === undefined) return undefined;
  const number = change.version === undefined ? row.version : change.version;
  const version = await versionToRun(actor, row.pipeline_id, number);
  checkParameters(checkDocument(version.document), change.parameters ?? row.parameters);
  if (change.version === undefined) return undefined;
  return number === null ? null : version.id;
}

export async function deleteSchedule(actor: Actor, id: string): Promise<Record<never, never>> {
  const row = await loadSchedule(actor, id);
  authorise(actor, row.workspace_id, 'editor');
  const { data, error } = await actor.db.from('schedules').delete().eq('id', id).select('id');
  if (error) throw databaseError(error);
  if (data.length === 0) throw notFound('schedule');
  await nudgeRunner('reschedule');
  return {};
}

import { z } from 'zod';
import { uuidSchema } from '#lib/contracts/answer.ts';
import type { NodeRecord } from '#lib/contracts/run-record.ts';
import type { NodeRun, RunDetail, RunsPage, RunSummary } from '#lib/contracts/runs.ts';
import type { ParsedQuery } from '#lib/contracts/endpoints.ts';
import { AppError, toAppError } from '#lib/errors/app-error.ts';
import type { Actor } from './actor.ts';
import { authorise, currentWorkspace, notFound } from './actor.ts';
import { functionAnswer, parseRows } from './database-error.ts';
import { joinView } from './documents.ts';
import { askRunner } from './runner-link.ts';
import {
  NODE_COLUMNS,
  nodeRowSchema,
  nodeSamplesRowSchema,
  RUN_COLUMNS,
  runRowSchema,
  segmentsRowSchema,
  toNodeRecord,
  toNodeRun,
  toRunSummary,
} from './run-rows.ts';
import type { RunRow } from './run-rows.ts';

// More than this the database does not answer at once.
const PAGE_ROWS = 1000;

const looseSchema = z.record(z.string(), z.unknown());

/** A run's row, read as the person. Throws `not-found` for anybody else's. */
export async function loadRun(actor: Actor, id: string): Promise<RunRow> {
  const row = parseRows(
    await actor.db.from('run_summaries').select(RUN_COLUMNS).eq('id', id),
    runRowSchema,
  )[0];
  if (!row) throw notFound('run');
  authorise(actor, row.workspace_id, 'viewer');
  return row;
}

/** Runs of the current workspace, newest first. */
export async function listRuns(actor: Actor, query: ParsedQuery<'listRuns'>): Promise<RunsPage> {
  let select = actor.db
    .from('run_summaries')
    .select(RUN_COLUMNS)
    .eq('workspace_id', currentWorkspace(actor, 'viewer'))
    .order('queued_at', { ascending: false })
    .order('id', { ascending: false })
    .limit(query.limit + 1);
  if (query.pipeline) select = select.eq('pipeline_id', query.pipeline);
  if (query.schedule) select = select.eq('schedule_id', query.schedule);
  if (query.status) select = select.eq('status', query.status);
  if (query.from) select = select.gte('queued_at', query.from);
  if (query.to) select = select.lt('queued_at', query.to);
  if (query.cursor) {
    const { at, id } = parseCursor(query.cursor);
    select = select.or(`queued_at.lt."${at}",and(queued_at.eq."${at}",id.lt.${id})`);
  }
  const rows = parseRows(await select, runRowSchema);
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return {
    runs: page.map(toRunSummary),
    nextCursor: rows.length > page.length && last ? `${last.queued_at}~${last.id}` : null,
  };
}

const cursorSchema = z.object({ at: z.iso.datetime({ offset: true }), id: uuidSchema });

function parseCursor(cursor: string): z.infer<typeof cursorSchema> {
  const [at, id] = cursor.split('~');
  const parsed = cursorSchema.safeParse({ at, id });
  if (parsed.success) return parsed.data;
  throw new AppError('invalid-request', 'That is no cursor of this list.', {
    hint: 'Send what the page before answered as nextCursor.',
  });
}

/** A run with its nodes in the document's order, and the document that ran. */
export async function getRun(actor: Actor, id: string): Promise<RunDetail> {
  const run = await loadRun(actor, id);
  const [records, segments, versions, pipelines] = await Promise.all([
    nodeRecords(actor, id),
    actor.db.from('run_summaries').select('segments').eq('id', id),
    actor.db.from('pipeline_versions').select('document').eq('id', run.version_id),
    actor.db.from('pipelines').select('view').eq('id', run.pipeline_id),
  ]);
  const draft = parseRows(versions, z.object({ document: looseSchema }))[0]?.document;
  if (!draft) throw notFound('run');
  const view = parseRows(pipelines, z.object({ view: looseSchema }))[0]?.view ?? {};
  const order = new Map(nodeIds(draft).map((nodeId, index) => [nodeId, index]));
  return {
    ...toRunSummary(run),
    nodes: records.sort((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0)),
    segments: parseRows(segments, segmentsRowSchema)[0]?.segments ?? [],
    document: joinView(draft, view),
  };
}

/** All of a run's nodes: the database answers so many rows at once and no more. */
async function nodeRecords(actor: Actor, runId: string): Promise<NodeRecord[]> {
  const records: NodeRecord[] = [];
  for (;;) {
    const page = await actor.db
      .from('node_runs')
      .select(NODE_COLUMNS)
      .eq('run_id', runId)
      .order('node_id')
      .range(records.length, records.length + PAGE_ROWS - 1);
    const rows = parseRows(page, nodeRowSchema);
    records.push(...rows.map(toNodeRecord));
    if (rows.length < PAGE_ROWS) return records;
  }
}

function nodeIds(document: Record<string, unknown>): string[] {
  const nodes = z.array(z.object({ id: z.string() })).safeParse(document.nodes);
  return nodes.success ? nodes.data.map(({ id }) => id) : [];
}

/** One node's record with samples of its rows. */
export async function getNodeRun(actor: Actor, runId: string, nodeId: string): Promise<NodeRun> {
  await loadRun(actor, runId);
  const answer = await actor.db
    .from('node_runs')
    .select(`${NODE_COLUMNS}, sample, input_samples`)
    .eq('run_id', runId)
    .eq('node_id', nodeId);
  const row = parseRows(answer, nodeSamplesRowSchema)[0];
  if (!row) throw notFound('node in this run');
  return toNodeRun(row);
}

/** Asks for a run's end. One that waits ends at once, one that runs when its statement has been interrupted. */
export async function cancelRun(actor: Actor, id: string): Promise<RunSummary> {
  const run = await loadRun(actor, id);
  authorise(actor, run.workspace_id, 'editor');
  const { status } = functionAnswer(
    await actor.db.rpc('cancel_run', { p_run_id: id }),
    z.object({ ok: z.literal(true), status: z.string() }),
  );
  // The runner hears of it with its next heartbeat at the latest; this only makes it sooner.
  if (status === 'cancelling') await tellRunner(id);
  return toRunSummary(await loadRun(actor, id));
}

async function tellRunner(runId: string): Promise<void> {
  try {
    await askRunner('cancel', { runId }, AbortSignal.timeout(2000));
  } catch (error) {
    // A runner that is away reads the wish from the database.
    if (toAppError(error).kind !== 'transient') throw error;
  }
}

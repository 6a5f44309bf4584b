import { z } from 'zod';
import type { Answer, ParsedQuery } from '#lib/contracts/endpoints.ts';
import { rowSchema } from '#lib/contracts/run-record.ts';
import { toAppError } from '#lib/errors/app-error.ts';
import { schemaSchema } from '#lib/sql/schema.ts';
import type { Actor } from './actor.ts';
import { notFound } from './actor.ts';
import { parseRows } from './database-error.ts';
import { askRunner } from './runner-link.ts';
import { loadRun } from './runs.ts';

const sampleRowSchema = z.object({
  schema: schemaSchema.nullable(),
  sample: z.array(rowSchema).nullable(),
  rows_out: z.number().nullable(),
});

/** A page of what a node produced: of the staged result, else of the sample that its record keeps. */
export async function getRows(
  actor: Actor,
  target: { runId: string; nodeId: string },
  page: ParsedQuery<'getRows'>,
): Promise<Answer<'getRows'>> {
  const run = await loadRun(actor, target.runId);
  try {
    const rows = await askRunner('rows', { workspaceId: run.workspace_id, ...target, ...page });
    if (rows.source !== 'gone') return rows;
  } catch (error) {
    if (toAppError(error).kind !== 'transient') throw error;
  }
  return sampleRows(actor, target, page);
}

async function sampleRows(
  actor: Actor,
  { runId, nodeId }: { runId: string; nodeId: string },
  page: ParsedQuery<'getRows'>,
): Promise<Answer<'getRows'>> {
  const answer = await actor.db
    .from('node_runs')
    .select('schema, sample, rows_out')
    .eq('run_id', runId)
    .eq('node_id', nodeId);
  const record = parseRows(answer, sampleRowSchema)[0];
  if (!record) throw notFound('node in this run');
  const { schema, sample } = record;
  if (!schema || !sample)
    return { schema: schema ?? [], rows: [], offset: page.offset, total: record.rows_out, source: 'gone' };
  return {
    schema,
    rows: sample.slice(page.offset, page.offset + page.limit),
    offset: page.offset,
    // Only the sample can be paged through.
    total: sample.length,
    source: 'sample',
  };
}

import { z } from 'zod';
import { instantSchema } from '#lib/contracts/answer.ts';
import type { Answer, ParsedQuery } from '#lib/contracts/endpoints.ts';
import { LOG_LEVELS } from '#lib/contracts/events.ts';
import { AppError } from '#lib/errors/app-error.ts';
import type { Actor } from './actor.ts';
import { parseRows } from './database-error.ts';
import { loadRun } from './runs.ts';

const rowSchema = z.object({
  id: z.number(),
  at: instantSchema,
  level: z.enum(LOG_LEVELS),
  node_id: z.string().nullable(),
  message: z.string(),
  fields: z.record(z.string(), z.unknown()).nullable(),
});

/** Log lines of a run, oldest first. The cursor is the last line's id. */
export async function getLogs(
  actor: Actor,
  runId: string,
  query: ParsedQuery<'getLogs'>,
): Promise<Answer<'getLogs'>> {
  await loadRun(actor, runId);
  let select = actor.db
    .from('observability_logs')
    .select(Object.keys(rowSchema.shape).join(', '))
    .eq('run_id', runId)
    .order('id')
    .limit(query.limit + 1);
  if (query.node) select = select.eq('node_id', query.node);
  if (query.level) select = select.in('level', LOG_LEVELS.slice(LOG_LEVELS.indexOf(query.level)));
  if (query.cursor) select = select.gt('id', lineId(query.cursor));
  const rows = parseRows(await select, rowSchema);
  const page = rows.slice(0, query.limit);
  return {
    logs: page.map(({ node_id, fields, id, ...line }) => ({
      ...line,
      id: String(id),
      nodeId: node_id,
      fields: fields ?? {},
    })),
    nextCursor: rows.length > page.length ? String(page.at(-1)?.id) : null,
  };
}

function lineId(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new AppError('invalid-request', 'That is no cursor of this list.', {
    hint: 'Send what the page before answered as nextCursor.',
  });
}

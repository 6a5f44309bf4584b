import { z } from 'zod';
import type { ParsedQuery } from '#lib/contracts/endpoints.ts';
import type { RunHistory } from '#lib/contracts/runs.ts';
import { runHistorySchema } from '#lib/contracts/runs.ts';
import type { Actor } from './actor.ts';
import { currentWorkspace } from './actor.ts';
import { functionAnswer } from './database-error.ts';

const answerSchema = runHistorySchema.extend({ ok: z.literal(true) });

/** The current workspace's runs in numbers, counted by the database. Throws `unknown-time-zone`. */
export async function getRunHistory(actor: Actor, query: ParsedQuery<'getRunHistory'>): Promise<RunHistory> {
  const answer = await actor.db.rpc('run_history', {
    p_workspace_id: currentWorkspace(actor, 'viewer'),
    p_days: query.days,
    p_time_zone: query.timeZone,
  });
  const { days, all, pipelines } = functionAnswer(answer, answerSchema);
  return { days, all, pipelines };
}

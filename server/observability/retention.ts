import { z } from 'zod';
import type { ServiceClient } from '#server/supabase/service-client.ts';

const deletedSchema = z.object({ logs: z.number().int(), runs: z.number().int() });

/**
 * Deletes the log lines and finished runs that are older than their workspaces keep them, in parts, each a statement.
 * @param logDays for workspaces that have set no number of days of their own; runs of those stay.
 */
export async function applyRetention(client: ServiceClient, logDays: number): Promise<void> {
  for (;;) {
    const { data } = await client.rpc('apply_retention', { p_log_days: logDays }).throwOnError();
    const deleted = deletedSchema.parse(data);
    if (deleted.logs === 0 && deleted.runs === 0) return;
  }
}

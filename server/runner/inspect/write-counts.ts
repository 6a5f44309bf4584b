import type { ServiceClient } from '#server/supabase/service-client.ts';
import type { NodeOfRun } from './node-of-run.ts';

/** Writes counts that a run left unknown into its nodes' records. What is there already stays. */
export async function writeCounts(
  client: ServiceClient,
  { runId, workspaceId }: Pick<NodeOfRun, 'runId' | 'workspaceId'>,
  rows: ReadonlyMap<string, number>,
): Promise<void> {
  for (const [nodeId, count] of rows) {
    await client
      .from('node_runs')
      .update({ rows_out: count, rows_out_at_least: null })
      .eq('run_id', runId)
      .eq('workspace_id', workspaceId)
      .eq('node_id', nodeId)
      .is('rows_out', null)
      .throwOnError();
  }
}

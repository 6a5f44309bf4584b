import { z } from 'zod';
import { inputCountSchema } from '#lib/contracts/run-record.ts';
import type { ServiceClient } from '#server/supabase/service-client.ts';
import type { NodeOfRun } from './node-of-run.ts';

/** The database answers so many rows at once and no more. */
const PAGE_ROWS = 1000;

type Run = Pick<NodeOfRun, 'runId' | 'workspaceId'>;

/**
 * Writes counts that a run left unknown into its nodes' records: of the nodes, and of what came over the edges from them.
 * What is there already stays.
 */
export async function writeCounts(
  client: ServiceClient,
  run: Run,
  rows: ReadonlyMap<string, number>,
): Promise<void> {
  for (const [nodeId, count] of rows) {
    await client
      .from('node_runs')
      .update({ rows_out: count, rows_out_at_least: null })
      .eq('run_id', run.runId)
      .eq('workspace_id', run.workspaceId)
      .eq('node_id', nodeId)
      .is('rows_out', null)
      .throwOnError();
  }
  for (let from = 0; ; from += PAGE_ROWS) {
    const { data } = await client
      .from('node_runs')
      .select('node_id, inputs')
      .eq('run_id', run.runId)
      .eq('workspace_id', run.workspaceId)
      .order('node_id')
      .range(from, from + PAGE_ROWS - 1)
      .throwOnError();
    for (const record of data) await writeInputs(client, run, record, rows);
    if (data.length < PAGE_ROWS) return;
  }
}

async function writeInputs(
  client: ServiceClient,
  { runId, workspaceId }: Run,
  record: { node_id: string; inputs: unknown },
  rows: ReadonlyMap<string, number>,
): Promise<void> {
  const inputs = z.array(inputCountSchema).parse(record.inputs);
  const filled = inputs.map((input) => ({ ...input, rows: input.rows ?? rows.get(input.source) ?? null }));
  if (filled.every((input, index) => input.rows === inputs[index]?.rows)) return;
  const known = filled.flatMap((input) => input.rows ?? []);
  const sum = known.reduce((total, count) => total + count, 0);
  await client
    .from('node_runs')
    .update({ inputs: filled, rows_in: known.length === filled.length ? sum : null })
    .eq('run_id', runId)
    .eq('workspace_id', workspaceId)
    .eq('node_id', record.node_id)
    .throwOnError();
}

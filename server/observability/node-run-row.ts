import type { JsonRow, NodeRecord } from '#lib/contracts/run-record.ts';
import type { Database } from '#server/supabase/rows.ts';

export type NodeRunRow = Database['public']['Tables']['node_runs']['Insert'];

/** A node's record as the row of `node_runs` that it is; every column is there, so that rows can be written together. */
export function nodeRunRow(
  run: { id: string; workspaceId: string },
  record: NodeRecord,
  samples: { output: JsonRow[] | null; inputs: unknown[] | null },
): NodeRunRow {
  return {
    run_id: run.id,
    node_id: record.id,
    workspace_id: run.workspaceId,
    type: record.type,
    name: record.name,
    status: record.status,
    generation: record.generation,
    reused: record.reused,
    reuse_reason: record.reuseReason,
    rows_in: record.rowsIn,
    inputs: record.inputs,
    rows_out: record.rowsOut,
    rows_out_at_least: record.rowsOutAtLeast,
    duration_ms: record.durationMs,
    peak_memory_bytes: record.peakMemoryBytes,
    engine: record.engine,
    segment_id: record.segment,
    schema: record.schema,
    sample: samples.output,
    input_samples: samples.inputs,
    sql: record.sql,
    merge: record.merge,
    warnings: record.warnings,
    error: record.error,
    skipped_because: record.skippedBecause,
    started_at: record.startedAt,
    finished_at: record.finishedAt,
  };
}

import { z } from 'zod';
import { instantSchema, uuidSchema } from '#lib/contracts/answer.ts';
import type { NodeRecord } from '#lib/contracts/run-record.ts';
import {
  inputCountSchema,
  mergeRecordSchema,
  nodeStatusSchema,
  rowSchema,
  runStatusSchema,
  segmentRecordSchema,
} from '#lib/contracts/run-record.ts';
import type { NodeRun, RunSummary } from '#lib/contracts/runs.ts';
import { nodeRunSchema, RUN_TRIGGERS } from '#lib/contracts/runs.ts';
import { errorRecordSchema, faultSchema } from '#lib/errors/app-error.ts';
import { schemaSchema } from '#lib/sql/schema.ts';

/** Rows of `run_summaries` and `node_runs`, and what they are called outside the database. */
export const runRowSchema = z.object({
  id: uuidSchema,
  workspace_id: uuidSchema,
  pipeline_id: uuidSchema,
  pipeline_name: z.string(),
  version: z.number(),
  version_id: uuidSchema,
  status: runStatusSchema,
  trigger: z.enum(RUN_TRIGGERS),
  schedule_id: uuidSchema.nullable(),
  due_at: instantSchema.nullable(),
  resumed_from: uuidSchema.nullable(),
  mode: z.string().nullable(),
  mode_reason: z.string().nullable(),
  engine: z.string().nullable(),
  parameters: z.record(z.string(), z.unknown()),
  options: z.object({ from: z.string().nullish(), to: z.string().nullish() }),
  queued_at: instantSchema,
  started_at: instantSchema.nullable(),
  finished_at: instantSchema.nullable(),
  duration_ms: z.number().nullable(),
  error: errorRecordSchema.nullable(),
});
export type RunRow = z.infer<typeof runRowSchema>;

/** All of `run_summaries` but the segments, which only one run's own page shows. */
export const RUN_COLUMNS = Object.keys(runRowSchema.shape).join(', ');
export const segmentsRowSchema = z.object({ segments: z.array(segmentRecordSchema).nullable() });

export function toRunSummary(row: RunRow): RunSummary {
  return {
    id: row.id,
    pipelineId: row.pipeline_id,
    pipelineName: row.pipeline_name,
    version: row.version,
    status: row.status,
    trigger: row.trigger,
    scheduleId: row.schedule_id,
    dueAt: row.due_at,
    resumedFrom: row.resumed_from,
    mode: row.mode,
    modeReason: row.mode_reason,
    engine: row.engine,
    parameters: row.parameters,
    from: row.options.from ?? null,
    to: row.options.to ?? null,
    queuedAt: row.queued_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    durationMs: row.duration_ms,
    error: row.error,
  };
}

export const nodeRowSchema = z.object({
  node_id: z.string(),
  type: z.string(),
  name: z.string(),
  status: nodeStatusSchema,
  generation: z.number().nullable(),
  reused: z.boolean(),
  reuse_reason: z.string().nullable(),
  rows_in: z.number().nullable(),
  inputs: z.array(inputCountSchema),
  rows_out: z.number().nullable(),
  rows_out_at_least: z.number().nullable(),
  duration_ms: z.number().nullable(),
  peak_memory_bytes: z.number().nullable(),
  engine: z.string().nullable(),
  segment_id: z.string().nullable(),
  schema: schemaSchema.nullable(),
  sql: z.string().nullable(),
  merge: z.array(mergeRecordSchema),
  warnings: z.array(faultSchema),
  error: errorRecordSchema.nullable(),
  skipped_because: z.string().nullable(),
  started_at: instantSchema.nullable(),
  finished_at: instantSchema.nullable(),
});

/** All of `node_runs` but the rows themselves. */
export const NODE_COLUMNS = Object.keys(nodeRowSchema.shape).join(', ');
export const nodeSamplesRowSchema = nodeRowSchema.extend({
  sample: z.array(rowSchema).nullable(),
  input_samples: nodeRunSchema.shape.inputSamples,
});

export function toNodeRecord(row: z.infer<typeof nodeRowSchema>): NodeRecord {
  return {
    id: row.node_id,
    type: row.type,
    name: row.name,
    status: row.status,
    generation: row.generation,
    reused: row.reused,
    reuseReason: row.reuse_reason,
    rowsIn: row.rows_in,
    inputs: row.inputs,
    rowsOut: row.rows_out,
    rowsOutAtLeast: row.rows_out_at_least,
    durationMs: row.duration_ms,
    peakMemoryBytes: row.peak_memory_bytes,
    engine: row.engine,
    segment: row.segment_id,
    schema: row.schema,
    sample: null,
    sql: row.sql,
    merge: row.merge,
    warnings: row.warnings,
    error: row.error,
    skippedBecause: row.skipped_because,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  };
}

export function toNodeRun(row: z.infer<typeof nodeSamplesRowSchema>): NodeRun {
  return { ...toNodeRecord(row), sample: row.sample, inputSamples: row.input_samples };
}

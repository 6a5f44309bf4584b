import { z } from 'zod';
import { errorRecordSchema, faultSchema } from '../errors/app-error.ts';
import { schemaSchema } from '../sql/schema.ts';

export const RUN_STATUSES = [
  'queued',
  'running',
  'cancelling',
  'succeeded',
  'failed',
  'cancelled',
  'interrupted',
] as const;
export const runStatusSchema = z.enum(RUN_STATUSES);
export type RunStatus = z.infer<typeof runStatusSchema>;
export const FINAL_RUN_STATUSES: readonly RunStatus[] = ['succeeded', 'failed', 'cancelled', 'interrupted'];

const NODE_STATUSES = [
  'pending',
  'running',
  'succeeded',
  'failed',
  'skipped',
  'cancelled',
  'disabled',
] as const;
export const nodeStatusSchema = z.enum(NODE_STATUSES);
export type NodeStatus = z.infer<typeof nodeStatusSchema>;

/** A cell as JSON: integers beyond 2^53 and exact decimals as text, timestamps ISO 8601, binary base64. */
export const jsonValueSchema: z.ZodType<JsonValue> = z.lazy(() =>
  z.union([
    z.string(),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(jsonValueSchema),
    z.record(z.string(), jsonValueSchema),
  ]),
);
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export const rowSchema = z.record(z.string(), jsonValueSchema);
export type JsonRow = z.infer<typeof rowSchema>;

const count = z.number().int().nonnegative().nullable();

/** Rows that came over one edge. */
export const inputCountSchema = z.object({ source: z.string(), port: z.string().optional(), rows: count });

export const mergeRecordSchema = z.object({
  port: z.string(),
  rule: z.enum(['none', 'single', 'union', 'join']),
  sentence: z.string(),
});

/** What a node's run leaves behind: the row of `node_runs`, the entry of `--json`, the page of the inspector. */
export const nodeRecordSchema = z.object({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  status: nodeStatusSchema,
  generation: z.number().int().nonnegative().nullable(),
  reused: z.boolean(),
  /** Why it ran or did not ("same config and inputs as run …"). */
  reuseReason: z.string().nullable(),
  /** Sum over the inputs; null for a source or where unknown. */
  rowsIn: count,
  inputs: z.array(inputCountSchema),
  rowsOut: count,
  rowsOutAtLeast: count,
  durationMs: z.number().nullable(),
  peakMemoryBytes: z.number().nullable(),
  engine: z.string().nullable(),
  segment: z.string().nullable(),
  schema: schemaSchema.nullable(),
  sample: z.array(rowSchema).nullable(),
  sql: z.string().nullable(),
  merge: z.array(mergeRecordSchema),
  warnings: z.array(faultSchema),
  error: errorRecordSchema.nullable(),
  /** For a skipped node: the failed node it waited for. */
  skippedBecause: z.string().nullable(),
  startedAt: z.iso.datetime({ offset: true }).nullable(),
  finishedAt: z.iso.datetime({ offset: true }).nullable(),
});
export type NodeRecord = z.infer<typeof nodeRecordSchema>;

/** A node of which nothing is known but which it is. */
export const BLANK_NODE: Omit<NodeRecord, 'id' | 'type' | 'name'> = {
  status: 'pending',
  generation: null,
  reused: false,
  reuseReason: null,
  rowsIn: null,
  inputs: [],
  rowsOut: null,
  rowsOutAtLeast: null,
  durationMs: null,
  peakMemoryBytes: null,
  engine: null,
  segment: null,
  schema: null,
  sample: null,
  sql: null,
  merge: [],
  warnings: [],
  error: null,
  skippedBecause: null,
  startedAt: null,
  finishedAt: null,
};

/** One statement that ran: its nodes share its duration and memory. */
export const segmentRecordSchema = z.object({
  id: z.string(),
  nodes: z.array(z.string()),
  durationMs: z.number().nullable(),
  peakMemoryBytes: z.number().nullable(),
  sql: z.string().nullable(),
  reason: z.string(),
});
export type SegmentRecord = z.infer<typeof segmentRecordSchema>;

/** The whole of a run, as `--json` prints it. */
export const runReportSchema = z.object({
  runId: z.string(),
  status: runStatusSchema,
  mode: z.string(),
  modeReason: z.string(),
  engine: z.string(),
  durationMs: z.number().nullable(),
  error: errorRecordSchema.nullable(),
  nodes: z.array(nodeRecordSchema),
  segments: z.array(segmentRecordSchema),
});
export type RunReport = z.infer<typeof runReportSchema>;

import { z } from 'zod';
import { errorRecordSchema } from '../errors/app-error.ts';
import { instantSchema, pageQuerySchema, uuidSchema } from './answer.ts';
import { LOG_LEVELS, runEventSchema } from './events.ts';
import { lastRunSchema } from './pipelines.ts';
import { looseDocumentSchema, parameterValuesSchema } from './preview.ts';
import { nodeRecordSchema, rowSchema, runStatusSchema, segmentRecordSchema } from './run-record.ts';
import { schemaSchema } from '../sql/schema.ts';

export const RUN_TRIGGERS = ['manual', 'schedule', 'resume', 'api'] as const;
export const RUN_MODES = ['auto', 'memory', 'duckdb', 'distributed'] as const;
const nodeIdText = z.string().min(1).max(100);

/** Starts a run of the document given (frozen as a version), else of the version named, else of the draft. */
export const startRunRequestSchema = z.object({
  document: looseDocumentSchema.optional(),
  version: z.number().int().positive().optional(),
  parameters: parameterValuesSchema.optional(),
  mode: z.enum(RUN_MODES).optional(),
  /** Run this node and everything below it. */
  from: nodeIdText.optional(),
  /** Run this node and all it needs. */
  to: nodeIdText.optional(),
});
export type StartRunRequest = z.infer<typeof startRunRequestSchema>;

/** Re-runs what is missing of a run: with the version that failed, or the newest draft. */
export const resumeRunRequestSchema = z.object({ version: z.enum(['same', 'newest']).default('same') });

export const runSummarySchema = z.object({
  id: uuidSchema,
  pipelineId: uuidSchema,
  pipelineName: z.string(),
  version: z.number().int().positive(),
  status: runStatusSchema,
  trigger: z.enum(RUN_TRIGGERS),
  scheduleId: uuidSchema.nullable(),
  /** The moment a schedule meant. */
  dueAt: instantSchema.nullable(),
  resumedFrom: uuidSchema.nullable(),
  /** What ran; null before the run has started. */
  mode: z.string().nullable(),
  modeReason: z.string().nullable(),
  engine: z.string().nullable(),
  parameters: z.record(z.string(), z.unknown()),
  from: z.string().nullable(),
  to: z.string().nullable(),
  queuedAt: instantSchema,
  startedAt: instantSchema.nullable(),
  finishedAt: instantSchema.nullable(),
  durationMs: z.number().nullable(),
  error: errorRecordSchema.nullable(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

/** A run with all that its nodes left behind but their rows (`sample` is null here), and the document that ran. */
export const runDetailSchema = runSummarySchema.extend({
  nodes: z.array(nodeRecordSchema),
  segments: z.array(segmentRecordSchema),
  document: looseDocumentSchema,
});
export type RunDetail = z.infer<typeof runDetailSchema>;

/** One node's record with the first rows that came out and went in. */
export const nodeRunSchema = nodeRecordSchema.extend({
  inputSamples: z
    .array(z.object({ source: z.string(), port: z.string(), schema: schemaSchema, rows: z.array(rowSchema) }))
    .nullable(),
});
export type NodeRun = z.infer<typeof nodeRunSchema>;

export const listRunsQuerySchema = pageQuerySchema.extend({
  pipeline: uuidSchema.optional(),
  schedule: uuidSchema.optional(),
  status: runStatusSchema.optional(),
  /** Runs queued at this instant or later. */
  from: instantSchema.optional(),
  /** Runs queued before this instant. */
  to: instantSchema.optional(),
});
export const runsPageSchema = z.object({
  runs: z.array(runSummarySchema),
  nextCursor: z.string().nullable(),
});
export type RunsPage = z.infer<typeof runsPageSchema>;

const endedSchema = z.object({
  succeeded: z.number().int(),
  /** Failed or interrupted. */
  failed: z.number().int(),
  cancelled: z.number().int(),
  /** Median duration of those that succeeded; null where none did. */
  medianMs: z.number().nullable(),
});
export const runHistoryQuerySchema = z.object({
  /** Today is the last of them. */
  days: z.coerce.number().int().min(1).max(366).default(30),
  /** IANA name of the caller's calendar. */
  timeZone: z.string().min(1).max(64).default('UTC'),
});
/** What ended on each day (days without runs are left out), on all of them, and the last ten runs of each pipeline. */
export const runHistorySchema = z.object({
  days: z.array(endedSchema.extend({ day: z.iso.date() })),
  all: endedSchema,
  /** Runs oldest first. */
  pipelines: z.array(z.object({ pipelineId: uuidSchema, runs: z.array(lastRunSchema) })),
});
export type RunHistory = z.infer<typeof runHistorySchema>;

export const rowsQuerySchema = z.object({
  port: z.string().min(1).max(80).default('output'),
  offset: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

export const logsQuerySchema = pageQuerySchema.extend({
  node: nodeIdText.optional(),
  /** This level and the graver ones. */
  level: z.enum(LOG_LEVELS).optional(),
});
const logLineSchema = z.object({
  id: z.string(),
  at: instantSchema,
  level: z.enum(LOG_LEVELS),
  nodeId: z.string().nullable(),
  message: z.string(),
  fields: z.record(z.string(), z.unknown()),
});
/** Oldest first. */
export const logsPageSchema = z.object({ logs: z.array(logLineSchema), nextCursor: z.string().nullable() });

/**
 * The messages of `GET /api/runs/:id/events`. `run` carries one event, its SSE id is the event's number;
 * `snapshot` is the whole run, sent where its events are no longer at hand; `end` says that nothing more will come.
 */
export const RUN_STREAM = {
  run: runEventSchema,
  snapshot: runDetailSchema,
  end: z.object({}),
} as const;

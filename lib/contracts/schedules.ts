import { z } from 'zod';
import { instantSchema, uuidSchema } from './answer.ts';
import { lastRunSchema } from './pipelines.ts';
import { parameterValuesSchema } from './preview.ts';

export const OVERLAP_POLICIES = ['skip', 'queue'] as const;

export const scheduleSchema = z.object({
  id: uuidSchema,
  pipelineId: uuidSchema,
  pipelineName: z.string(),
  /** Five fields: minute, hour, day of month, month, day of week. */
  cron: z.string(),
  /** IANA name, `Europe/Berlin`. */
  timeZone: z.string(),
  /** The cron text in words. */
  sentence: z.string(),
  enabled: z.boolean(),
  /** When its run before has not ended: leave this one out, or let it wait its turn. */
  overlap: z.enum(OVERLAP_POLICIES),
  /** Whether times missed while the server was down make one run on return. */
  catchUp: z.boolean(),
  parameters: parameterValuesSchema,
  /** The fixed version; null means the live one. */
  version: z.number().int().positive().nullable(),
  ownerId: uuidSchema.nullable(),
  /** Null while paused. */
  nextDue: instantSchema.nullable(),
  /** The next five; empty while paused. */
  nextRuns: z.array(instantSchema),
  lastRun: lastRunSchema.nullable(),
  /** Set when the last due time made no run: why, in words. */
  lastSkip: z.object({ dueAt: instantSchema, reason: z.string() }).nullable(),
  createdAt: instantSchema,
});
export type Schedule = z.infer<typeof scheduleSchema>;

const settings = {
  cron: z.string().trim().min(1).max(100),
  timeZone: z.string().min(1).max(64),
  enabled: z.boolean(),
  overlap: z.enum(OVERLAP_POLICIES),
  catchUp: z.boolean(),
  parameters: parameterValuesSchema,
  version: z.number().int().positive().nullable(),
};

/** A schedule of a pipeline that was never published publishes its current draft. */
export const createScheduleRequestSchema = z.object({
  pipelineId: uuidSchema,
  cron: settings.cron,
  timeZone: settings.timeZone.default('UTC'),
  enabled: settings.enabled.default(true),
  overlap: settings.overlap.default('skip'),
  catchUp: settings.catchUp.default(false),
  parameters: settings.parameters.default({}),
  version: settings.version.default(null),
});
export type CreateScheduleRequest = z.input<typeof createScheduleRequestSchema>;

export const updateScheduleRequestSchema = z
  .object(settings)
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'say what to change');
export type UpdateScheduleRequest = z.infer<typeof updateScheduleRequestSchema>;

export const listSchedulesQuerySchema = z.object({ pipeline: uuidSchema.optional() });

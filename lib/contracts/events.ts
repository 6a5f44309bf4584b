import { z } from 'zod';
import { errorRecordSchema } from '../errors/app-error.ts';
import { nodeRecordSchema, runStatusSchema, segmentRecordSchema } from './run-record.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const base = { runId: z.string(), at: z.iso.datetime({ offset: true }) };

/**
 * Everything that happens in a run, made in one place by the executor. The logger, the live stream, the CLI's
 * progress and the report are its listeners. `seq` grows by one within a run and is the stream's event id.
 */
export const runEventSchema = z.discriminatedUnion('type', [
  z.object({
    ...base,
    type: z.literal('run.started'),
    mode: z.string(),
    modeReason: z.string(),
    engine: z.string(),
    nodes: z.array(nodeRecordSchema),
  }),
  z.object({ ...base, type: z.literal('run.status'), status: runStatusSchema }),
  z.object({ ...base, type: z.literal('node.started'), nodeId: z.string(), segment: z.string().nullable() }),
  /** Share done from 0 to 1 of the node's segment, null where it cannot be told; rows so far where known. */
  z.object({
    ...base,
    type: z.literal('node.progress'),
    nodeId: z.string(),
    progress: z.number().min(0).max(1).nullable(),
    rows: z.number().nullable(),
  }),
  /** The record without its sample: rows are fetched when someone looks. */
  z.object({ ...base, type: z.literal('node.finished'), node: nodeRecordSchema }),
  z.object({ ...base, type: z.literal('segment.finished'), segment: segmentRecordSchema }),
  z.object({
    ...base,
    type: z.literal('log'),
    nodeId: z.string().nullable(),
    level: z.enum(LOG_LEVELS),
    message: z.string(),
    fields: z.record(z.string(), z.unknown()).optional(),
  }),
  z.object({
    ...base,
    type: z.literal('run.finished'),
    status: runStatusSchema,
    durationMs: z.number().nullable(),
    error: errorRecordSchema.nullable(),
  }),
]);
export type RunEvent = z.infer<typeof runEventSchema>;

/** An event as it travels: numbered within its run. */
export interface NumberedEvent {
  seq: number;
  event: RunEvent;
}

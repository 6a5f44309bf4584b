import { z } from 'zod';
import { AppError } from '../errors/app-error.ts';
import { instantSchema, uuidSchema } from './answer.ts';
import { looseDocumentSchema } from './preview.ts';
import { runStatusSchema } from './run-record.ts';

const nameSchema = z.string().trim().min(1, 'give it a name').max(200);

/** The newest run of a pipeline or a schedule, enough for a badge. */
export const lastRunSchema = z.object({
  id: uuidSchema,
  status: runStatusSchema,
  queuedAt: instantSchema,
  finishedAt: instantSchema.nullable(),
  durationMs: z.number().nullable(),
});
export type LastRun = z.infer<typeof lastRunSchema>;

export const pipelineSummarySchema = z.object({
  id: uuidSchema,
  name: z.string(),
  description: z.string(),
  /** Grows by one with each save of the draft. */
  revision: z.number().int().positive(),
  /** Number of the version that schedules run; null until something is published. */
  liveVersion: z.number().int().positive().nullable(),
  nodeCount: z.number().int().nonnegative(),
  lastRun: lastRunSchema.nullable(),
  createdAt: instantSchema,
  updatedAt: instantSchema,
});
export type PipelineSummary = z.infer<typeof pipelineSummarySchema>;

/** A pipeline with its draft, which may be unfinished. */
export const pipelineDetailSchema = pipelineSummarySchema.extend({ document: looseDocumentSchema });
export type PipelineDetail = z.infer<typeof pipelineDetailSchema>;

export const createPipelineRequestSchema = z.object({
  /** The document's own name unless told. */
  name: nameSchema.optional(),
  /** An empty pipeline unless told. */
  document: looseDocumentSchema.optional(),
});
export type CreatePipelineRequest = z.infer<typeof createPipelineRequestSchema>;

/** Saves the draft (`document`), renames (`name`, which the document takes over), or both. */
export const savePipelineRequestSchema = z
  .object({
    /** The revision that was read; another one by now is answered with 409 and the current pipeline. */
    revision: z.number().int().positive(),
    name: nameSchema.optional(),
    document: looseDocumentSchema.optional(),
  })
  .refine(
    (request) => request.name !== undefined || request.document !== undefined,
    'send a document or a name',
  );
export type SavePipelineRequest = z.infer<typeof savePipelineRequestSchema>;

/** An immutable document: what a run ran, or what was published. */
export const versionSummarySchema = z.object({
  id: uuidSchema,
  number: z.number().int().positive(),
  live: z.boolean(),
  createdAt: instantSchema,
  createdBy: uuidSchema.nullable(),
});
export type VersionSummary = z.infer<typeof versionSummarySchema>;
export const versionDetailSchema = versionSummarySchema.extend({ document: looseDocumentSchema });
export type VersionDetail = z.infer<typeof versionDetailSchema>;

/** Makes a version the live one: the named one, else the current draft, frozen. */
export const publishRequestSchema = z.object({ version: z.number().int().positive().optional() });

/** The draft was saved by someone else since it was read. */
export class RevisionConflictError extends AppError {
  readonly current: PipelineDetail;

  constructor(current: PipelineDetail) {
    super('revision-conflict', 'This pipeline was saved elsewhere since you opened it.', {
      hint: 'Take over the saved one, or save yours over it.',
    });
    this.current = current;
  }
}

import { z } from 'zod';
import { faultSchema } from '../errors/app-error.ts';
import { columnSchema, schemaSchema } from '../sql/schema.ts';
import { mergeRecordSchema, rowSchema } from './run-record.ts';

/** Documents travel unparsed: one with faults must still get an answer. */
export const looseDocumentSchema = z.record(z.string(), z.unknown());
export const parameterValuesSchema = z.record(z.string().max(100), z.unknown());

/** What binding knows of one node, enough for badges, column pickers and merge sentences. */
export const boundNodeSummarySchema = z.object({
  id: z.string(),
  schema: schemaSchema.nullable(),
  inputs: z.array(
    z.object({
      port: z.string(),
      schema: schemaSchema,
      /** One entry per edge: its index in the document, its columns before and after the transform. */
      edges: z.array(
        z.object({
          index: z.number(),
          source: z.string(),
          alias: z.string(),
          available: schemaSchema,
          columns: z.array(columnSchema),
        }),
      ),
    }),
  ),
  merge: z.array(mergeRecordSchema),
  masters: z.array(z.string()),
  summary: z.string(),
  sql: z.string().nullable(),
  estimatedRows: z.number().nullable(),
});
export type BoundNodeSummary = z.infer<typeof boundNodeSummarySchema>;

export const bindRequestSchema = z.object({
  document: looseDocumentSchema,
  parameters: parameterValuesSchema.optional(),
});
export const bindAnswerSchema = z.object({
  nodes: z.array(boundNodeSummarySchema),
  generations: z.array(z.array(z.string())),
  faults: z.array(faultSchema),
});
export type BindAnswer = z.infer<typeof bindAnswerSchema>;

/** Rows of a node of an unsaved document, without a run. */
export const previewRequestSchema = z.object({
  document: looseDocumentSchema,
  nodeId: z.string().max(100),
  parameters: parameterValuesSchema.optional(),
  limit: z.number().int().min(1).max(1000).default(500),
  /** At most this many rows are read from each source; the answer says when that made it partial. */
  sourceRows: z.number().int().min(1).max(1_000_000).default(100_000),
});
export const rowsPageSchema = z.object({
  schema: schemaSchema,
  rows: z.array(rowSchema),
  offset: z.number(),
  /** Null where unknown. */
  total: z.number().nullable(),
});
export type RowsPage = z.infer<typeof rowsPageSchema>;
export const previewAnswerSchema = z.object({
  output: rowsPageSchema.nullable(),
  /** One page per edge into the node, in the document's order. */
  inputs: z.array(rowsPageSchema.extend({ source: z.string(), port: z.string() })),
  partial: z.boolean(),
  sentence: z.string(),
  sql: z.string().nullable(),
  durationMs: z.number(),
  faults: z.array(faultSchema),
});
export type PreviewAnswer = z.infer<typeof previewAnswerSchema>;

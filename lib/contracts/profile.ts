import { z } from 'zod';
import { jsonValueSchema } from './run-record.ts';

/** How a column's values can be shown: on a line of numbers, of time, or only as values. */
const PROFILE_KINDS = ['number', 'time', 'text', 'boolean', 'nested', 'other'] as const;

const rows = z.number().int().nonnegative();

export const columnProfileSchema = z.object({
  name: z.string(),
  type: z.string(),
  kind: z.enum(PROFILE_KINDS),
  nulls: rows,
  /** NULL is no value. Approximate, within a few per cent, where there are many rows and many values. */
  distinct: z.object({ count: rows, approximate: z.boolean() }).nullable(),
  /** Of finite values; null where there are none, or the type has no order worth a name. */
  min: jsonValueSchema,
  max: jsonValueSchema,
  /** Of finite numbers. */
  mean: z.number().nullable(),
  /** NaN and the infinities, which the other measures leave out. Null where the type has none. */
  notFinite: z.object({ nan: rows, positive: rows, negative: rows }).nullable(),
  /** Values at these shares of the rows, of `basis`. */
  quantiles: z.array(z.object({ at: z.number(), value: jsonValueSchema })).nullable(),
  /** Characters of a text, items of a list. */
  lengths: z.object({ min: rows, mean: z.number(), max: rows }).nullable(),
  /** The most frequent values with their rows among `basis`, most frequent first. */
  top: z.array(z.object({ value: jsonValueSchema, rows })).nullable(),
  /**
   * Rows of `basis` from `from` to `to`, both included, of whole numbers and days; to before `to` where values may lie
   * anywhere, but in the last bucket.
   */
  histogram: z.array(z.object({ from: jsonValueSchema, to: jsonValueSchema, rows })).nullable(),
});
export type ColumnProfile = z.infer<typeof columnProfileSchema>;

/** What a node's rows look like, column by column. */
export const profileSchema = z.object({
  rows,
  /** Rows that quantiles, top values and histograms are made of: all of them, or a random sample. */
  basis: z.object({ rows, sampled: z.boolean() }),
  columns: z.array(columnProfileSchema),
  computedAt: z.iso.datetime({ offset: true }),
  durationMs: z.number(),
});
export type Profile = z.infer<typeof profileSchema>;

/**
 * How far a question about a node's rows has come: it waits for others, its rows are made again from what the run kept,
 * or they are looked at. `share` is from 0 to 1, null where it cannot be told.
 */
export const taskProgressSchema = z.object({
  step: z.enum(['waiting', 'computing', 'reading']),
  share: z.number().min(0).max(1).nullable(),
});
export type TaskProgress = z.infer<typeof taskProgressSchema>;

export const sampleQuerySchema = z.object({ rows: z.coerce.number().int().min(1).max(1000).default(50) });

/** How many rows a node put out, each of them counted. */
export const countAnswerSchema = z.object({ rows });
/** A node whose rows are kept whole from now on. */
export const stageAnswerSchema = z.object({ rows, bytes: z.number() });

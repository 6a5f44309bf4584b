import { z } from 'zod';
import { faultSchema } from '../errors/app-error.ts';

/** Every API answer is `{data}` or `{error}`. */
export const apiErrorSchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    hint: z.string().nullish(),
    issues: z.array(faultSchema).nullish(),
    /** With `revision-conflict` only: the pipeline as it is now. */
    current: z.unknown().optional(),
  }),
});
export type ApiError = z.infer<typeof apiErrorSchema>;

export const dataOf = <T extends z.ZodType>(schema: T) => z.object({ data: schema });
export const uuidSchema = z.uuid();
/** An instant, ISO 8601 with its zone. */
export const instantSchema = z.iso.datetime({ offset: true });
export const pageQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  /** What the page before answered as `nextCursor`. */
  cursor: z.string().max(200).optional(),
});
export const idParamsSchema = z.object({ id: uuidSchema });
/** The answer of what only acts. */
export const doneSchema = z.object({});

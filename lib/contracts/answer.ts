import { z } from 'zod';
import { faultSchema } from '../errors/app-error.ts';

/** Every API answer is `{data}` or `{error}`. */
export const apiErrorSchema = z.object({
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().nullish(), issues: z.array(faultSchema).nullish() }),
});
export type ApiError = z.infer<typeof apiErrorSchema>;

export const dataOf = <T extends z.ZodType>(schema: T) => z.object({ data: schema });
export const uuidSchema = z.uuid();
export const pageQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().max(200).optional(),
});

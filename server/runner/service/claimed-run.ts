import { z } from 'zod';
import { looseDocumentSchema, parameterValuesSchema } from '#lib/contracts/preview.ts';
import { nodeIdSchema } from '#lib/graph/ids.ts';

const modeSchema = z.enum(['auto', 'memory', 'duckdb', 'distributed']);

/** What `claim_run` hands over: a run that is now this runner's, and the document to run. */
export const claimedRunSchema = z.object({
  run: z.object({
    id: z.uuid(),
    workspace_id: z.uuid(),
    pipeline_id: z.uuid(),
    mode: modeSchema,
    parameters: parameterValuesSchema,
    options: z.object({ from: nodeIdSchema.nullish(), to: nodeIdSchema.nullish() }),
    resumed_from: z.uuid().nullable(),
  }),
  document: looseDocumentSchema,
});
export type ClaimedRun = z.infer<typeof claimedRunSchema>;

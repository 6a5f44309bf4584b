import { z } from 'zod';
import { instantSchema, uuidSchema } from './answer.ts';

export const ROLES = ['owner', 'editor', 'viewer'] as const;
export const roleSchema = z.enum(ROLES);
export type Role = z.infer<typeof roleSchema>;

export const workspaceSchema = z.object({
  id: uuidSchema,
  name: z.string(),
  /** What the caller may do there. */
  role: roleSchema,
  createdAt: instantSchema,
});
export type Workspace = z.infer<typeof workspaceSchema>;

export const workspaceNameRequestSchema = z.object({
  name: z.string().trim().min(1, 'give it a name').max(100),
});

const keptDaysSchema = z.number().int().min(1, 'at least a day').max(3650, 'at most ten years').nullable();

/** For how many days a workspace keeps what its runs leave behind. */
export const retentionSchema = z.object({
  /** Log lines; null means the server's own default. */
  logDays: keptDaysSchema,
  /** Finished runs with all their records; null means for ever. The newest run of each pipeline stays in any case. */
  runDays: keptDaysSchema,
});
export type Retention = z.infer<typeof retentionSchema>;

export const memberSchema = z.object({
  userId: uuidSchema,
  email: z.string().nullable(),
  role: roleSchema,
  createdAt: instantSchema,
});
export type Member = z.infer<typeof memberSchema>;

/** Adds someone who has an account already, by e-mail address. */
export const addMemberRequestSchema = z.object({ email: z.email().max(320), role: roleSchema });
export const changeMemberRequestSchema = z.object({ role: roleSchema });
export const memberParamsSchema = z.object({ id: uuidSchema, userId: uuidSchema });

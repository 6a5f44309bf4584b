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

import { z } from 'zod';
import { uuidSchema } from './answer.ts';
import { workspaceSchema } from './workspaces.ts';

/** Cookie and header that name the workspace to work in; the person's first one unless told. */
export const WORKSPACE_COOKIE = 'sluice-workspace';

export const signInRequestSchema = z.object({
  email: z.email().max(320),
  password: z.string().min(1).max(200),
});
export type SignInRequest = z.infer<typeof signInRequestSchema>;

export const PASSWORD_MIN = 10;

export const changePasswordRequestSchema = z.object({
  /** May be left out by the first owner of the embedded database, whose password was generated and is shown to nobody. */
  currentPassword: z.string().max(200).optional(),
  // No more than a sign-in compares.
  newPassword: z
    .string()
    .min(PASSWORD_MIN, `at least ${PASSWORD_MIN} characters`)
    .max(72, 'at most 72 characters'),
});
export type ChangePasswordRequest = z.infer<typeof changePasswordRequestSchema>;

export const sessionSchema = z.object({
  user: z.object({ id: uuidSchema, email: z.string().nullable() }),
  /** The workspace that calls act in; null for a person who has none yet. */
  workspace: workspaceSchema.nullable(),
  workspaces: z.array(workspaceSchema),
});
export type Session = z.infer<typeof sessionSchema>;

export const selectWorkspaceRequestSchema = z.object({ workspaceId: uuidSchema });

export const healthSchema = z.object({
  status: z.enum(['ok', 'degraded']),
  database: z.enum(['ok', 'unreachable']),
  runner: z.enum(['ok', 'unreachable']),
});
export type Health = z.infer<typeof healthSchema>;

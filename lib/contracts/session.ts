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

import { z } from 'zod';
import {
  bindAnswerSchema,
  bindRequestSchema,
  previewAnswerSchema,
  previewRequestSchema,
  rowsPageSchema,
} from './preview.ts';

/**
 * What the web process may ask of the runner over the local channel: HTTP on loopback with a shared token.
 * The web process has authorised the caller before it asks; the workspace id says whose files may be reached.
 */
const workspace = { workspaceId: z.uuid() };

export const RUNNER_CALLS = {
  /** Look for queued runs now. */
  wake: { request: z.object({}), answer: z.object({}) },
  /** Stop this run if it runs here. `found` is false when it does not. */
  cancel: { request: z.object({ runId: z.uuid() }), answer: z.object({ found: z.boolean() }) },
  bind: { request: bindRequestSchema.extend(workspace), answer: bindAnswerSchema },
  preview: { request: previewRequestSchema.extend(workspace), answer: previewAnswerSchema },
  /** A page of a staged result of a finished or running run. */
  rows: {
    request: z.object({
      ...workspace,
      runId: z.uuid(),
      nodeId: z.string().max(100),
      port: z.string().max(80).default('output'),
      offset: z.number().int().nonnegative().default(0),
      limit: z.number().int().min(1).max(1000).default(200),
    }),
    answer: rowsPageSchema.extend({ source: z.enum(['staged', 'sample', 'gone']) }),
  },
  /** Read again which schedules are due next (one was made or changed). */
  reschedule: { request: z.object({}), answer: z.object({}) },
  health: {
    request: z.object({}),
    answer: z.object({
      runnerId: z.string(),
      running: z.number(),
      queued: z.number().nullable(),
      memoryLimitBytes: z.number(),
      version: z.string(),
    }),
  },
} as const satisfies Record<string, { request: z.ZodType; answer: z.ZodType }>;

export type RunnerCall = keyof typeof RUNNER_CALLS;
export type RunnerRequest<C extends RunnerCall> = z.input<(typeof RUNNER_CALLS)[C]['request']>;
export type RunnerAnswer<C extends RunnerCall> = z.infer<(typeof RUNNER_CALLS)[C]['answer']>;

/**
 * Transport: `POST /call/<name>` with a JSON body answers `{data}` or `{error}`;
 * `GET /runs/<id>/events?after=<seq>` streams one NumberedEvent per line (NDJSON), the past first, then live, and ends
 * with the run; `GET /events` streams every run's events that begin from now. All with `Authorization: Bearer <token>`.
 */
export const RUNNER_CHANNEL_ENV = { url: 'SLUICE_RUNNER_URL', token: 'SLUICE_RUNNER_TOKEN' } as const;

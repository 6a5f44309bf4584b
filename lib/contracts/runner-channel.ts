import { z } from 'zod';
import {
  bindAnswerSchema,
  bindRequestSchema,
  looseDocumentSchema,
  parameterValuesSchema,
  previewAnswerSchema,
  previewRequestSchema,
  rowsPageSchema,
} from './preview.ts';
import { countAnswerSchema, profileSchema, stageAnswerSchema } from './profile.ts';

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

/** A node of a finished run, with what the run ran: rows that it did not keep are made again from that. */
const nodeOfRun = {
  ...workspace,
  runId: z.uuid(),
  nodeId: z.string().max(100),
  document: looseDocumentSchema,
  parameters: parameterValuesSchema,
};

/** What may take a while: asked as a call is, answered with progress on the way, and given up when the caller leaves. */
export const RUNNER_TASKS = {
  profile: { request: z.object(nodeOfRun), answer: profileSchema },
  /** Rows drawn at random, all with the same chance. */
  sample: {
    request: z.object({ ...nodeOfRun, rows: z.number().int().min(1).max(1000) }),
    answer: rowsPageSchema,
  },
  /** Keeps the node's whole result, so that its rows can be paged through. */
  stage: { request: z.object(nodeOfRun), answer: stageAnswerSchema },
  count: { request: z.object(nodeOfRun), answer: countAnswerSchema },
} as const satisfies Record<string, { request: z.ZodType; answer: z.ZodType }>;

export type RunnerTask = keyof typeof RUNNER_TASKS;
export type TaskRequest<T extends RunnerTask> = z.input<(typeof RUNNER_TASKS)[T]['request']>;
export type TaskAnswer<T extends RunnerTask> = z.infer<(typeof RUNNER_TASKS)[T]['answer']>;

/**
 * Transport: `POST /call/<name>` with a JSON body answers `{data}` or `{error}`;
 * `GET /runs/<id>/events?after=<seq>&wait=<ms>` streams one NumberedEvent per line (NDJSON), the past first, then live, and ends
 * with the run; `POST /task/<name>` answers lines of `{progress}` and, last, one of `{data}` or `{error, kind}`; `GET /events` streams every run's events that begin from now. All with `Authorization: Bearer <token>`.
 */
export const RUNNER_CHANNEL_ENV = { url: 'SLUICE_RUNNER_URL', token: 'SLUICE_RUNNER_TOKEN' } as const;

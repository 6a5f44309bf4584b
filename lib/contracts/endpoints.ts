import { z } from 'zod';
import { doneSchema, idParamsSchema, uuidSchema } from './answer.ts';
import * as files from './files.ts';
import * as pipelines from './pipelines.ts';
import * as preview from './preview.ts';
import * as runs from './runs.ts';
import * as profile from './profile.ts';
import { RUNNER_CALLS, RUNNER_TASKS } from './runner-channel.ts';
import * as schedules from './schedules.ts';
import * as session from './session.ts';
import * as workspaces from './workspaces.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One route: what it takes and what its `data` is. Routes, browser client and OpenAPI all read it from here. */
export interface Endpoint {
  method: Method;
  /** `/api/runs/:id`; each `:name` is a key of `params`. */
  path: string;
  summary: string;
  tag: string;
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  answer: z.ZodType;
  /** True where it answers without a signed-in user. */
  open?: true;
  /** True where body or answer is a stream of another media type; such a route has no JSON answer to parse. */
  stream?: 'upload' | 'download' | 'events';
  /** The largest JSON body. A document of thousands of nodes needs more than a form does. */
  maxBodyBytes?: number;
}

const DOCUMENT_BYTES = 8 * 1024 * 1024;
const versionParams = z.object({ id: uuidSchema, version: z.coerce.number().int().positive() });
const nodeParams = z.object({ id: uuidSchema, nodeId: z.string().min(1).max(100) });

export const ENDPOINTS = {
  listPipelines: {
    method: 'GET',
    path: '/api/pipelines',
    tag: 'pipelines',
    summary: 'The pipelines of the workspace, newest change first',
    answer: z.object({ pipelines: z.array(pipelines.pipelineSummarySchema) }),
  },
  createPipeline: {
    method: 'POST',
    path: '/api/pipelines',
    tag: 'pipelines',
    summary: 'Create a pipeline',
    body: pipelines.createPipelineRequestSchema,
    answer: pipelines.pipelineDetailSchema,
    maxBodyBytes: DOCUMENT_BYTES,
  },
  getPipeline: {
    method: 'GET',
    path: '/api/pipelines/:id',
    tag: 'pipelines',
    summary: 'A pipeline with its draft',
    params: idParamsSchema,
    answer: pipelines.pipelineDetailSchema,
  },
  savePipeline: {
    method: 'PUT',
    path: '/api/pipelines/:id',
    tag: 'pipelines',
    summary: 'Save the draft or rename; 409 with the current one when it has changed since',
    params: idParamsSchema,
    body: pipelines.savePipelineRequestSchema,
    answer: pipelines.pipelineDetailSchema,
    maxBodyBytes: DOCUMENT_BYTES,
  },
  deletePipeline: {
    method: 'DELETE',
    path: '/api/pipelines/:id',
    tag: 'pipelines',
    summary: 'Delete a pipeline with its versions, runs and schedules',
    params: idParamsSchema,
    answer: doneSchema,
  },
  listVersions: {
    method: 'GET',
    path: '/api/pipelines/:id/versions',
    tag: 'pipelines',
    summary: 'Its versions, newest first',
    params: idParamsSchema,
    answer: z.object({ versions: z.array(pipelines.versionSummarySchema) }),
  },
  getVersion: {
    method: 'GET',
    path: '/api/pipelines/:id/versions/:version',
    tag: 'pipelines',
    summary: 'A version with its document',
    params: versionParams,
    answer: pipelines.versionDetailSchema,
  },
  publishPipeline: {
    method: 'POST',
    path: '/api/pipelines/:id/publish',
    tag: 'pipelines',
    summary: 'Make a version, or the draft, the live one',
    params: idParamsSchema,
    body: pipelines.publishRequestSchema,
    answer: pipelines.versionSummarySchema,
  },
  startRun: {
    method: 'POST',
    path: '/api/pipelines/:id/runs',
    tag: 'runs',
    summary: 'Start a run',
    params: idParamsSchema,
    body: runs.startRunRequestSchema,
    answer: runs.runSummarySchema,
    maxBodyBytes: DOCUMENT_BYTES,
  },
  preview: {
    method: 'POST',
    path: '/api/preview',
    tag: 'editor',
    summary: 'Rows of one node of an unsaved document',
    body: preview.previewRequestSchema,
    answer: preview.previewAnswerSchema,
    maxBodyBytes: DOCUMENT_BYTES,
  },
  bind: {
    method: 'POST',
    path: '/api/bind',
    tag: 'editor',
    summary: 'Columns, merge rules and faults of an unsaved document',
    body: preview.bindRequestSchema,
    answer: preview.bindAnswerSchema,
    maxBodyBytes: DOCUMENT_BYTES,
  },
  listRuns: {
    method: 'GET',
    path: '/api/runs',
    tag: 'runs',
    summary: 'Runs, newest first',
    query: runs.listRunsQuerySchema,
    answer: runs.runsPageSchema,
  },
  getRunHistory: {
    method: 'GET',
    path: '/api/runs/history',
    tag: 'runs',
    summary: 'Runs of the last days in numbers, and the last ten of each pipeline',
    query: runs.runHistoryQuerySchema,
    answer: runs.runHistorySchema,
  },
  getRun: {
    method: 'GET',
    path: '/api/runs/:id',
    tag: 'runs',
    summary: 'A run, its nodes and segments, and the document that ran',
    params: idParamsSchema,
    answer: runs.runDetailSchema,
  },
  followRun: {
    method: 'GET',
    path: '/api/runs/:id/events',
    tag: 'runs',
    summary: 'Server-sent events of a run, resumable by Last-Event-ID',
    params: idParamsSchema,
    answer: z.unknown(),
    stream: 'events',
  },
  cancelRun: {
    method: 'POST',
    path: '/api/runs/:id/cancel',
    tag: 'runs',
    summary: 'Cancel a run',
    params: idParamsSchema,
    answer: runs.runSummarySchema,
  },
  resumeRun: {
    method: 'POST',
    path: '/api/runs/:id/resume',
    tag: 'runs',
    summary: 'A new run that reuses what this one finished',
    params: idParamsSchema,
    body: runs.resumeRunRequestSchema,
    answer: runs.runSummarySchema,
  },
  getNodeRun: {
    method: 'GET',
    path: '/api/runs/:id/nodes/:nodeId',
    tag: 'runs',
    summary: 'One node of a run, with samples of its output and inputs',
    params: nodeParams,
    answer: runs.nodeRunSchema,
  },
  getRows: {
    method: 'GET',
    path: '/api/runs/:id/nodes/:nodeId/rows',
    tag: 'runs',
    summary: 'A page of what a node produced',
    params: nodeParams,
    query: runs.rowsQuerySchema,
    answer: RUNNER_CALLS.rows.answer,
  },
  getProfile: {
    method: 'GET',
    path: '/api/runs/:id/nodes/:nodeId/profile',
    tag: 'runs',
    summary: 'What the rows of a node look like, column by column',
    params: nodeParams,
    answer: RUNNER_TASKS.profile.answer,
  },
  getSample: {
    method: 'GET',
    path: '/api/runs/:id/nodes/:nodeId/sample',
    tag: 'runs',
    summary: 'Rows of a node, drawn at random',
    params: nodeParams,
    query: profile.sampleQuerySchema,
    answer: RUNNER_TASKS.sample.answer,
  },
  stageNode: {
    method: 'POST',
    path: '/api/runs/:id/nodes/:nodeId/stage',
    tag: 'runs',
    summary: 'Keep all rows of a node, so that they can be paged through',
    params: nodeParams,
    answer: RUNNER_TASKS.stage.answer,
  },
  countRows: {
    method: 'POST',
    path: '/api/runs/:id/nodes/:nodeId/count',
    tag: 'runs',
    summary: 'Count the rows of a node where the run did not',
    params: nodeParams,
    answer: RUNNER_TASKS.count.answer,
  },
  getLogs: {
    method: 'GET',
    path: '/api/runs/:id/logs',
    tag: 'runs',
    summary: 'Log lines of a run, oldest first',
    params: idParamsSchema,
    query: runs.logsQuerySchema,
    answer: runs.logsPageSchema,
  },
  listSchedules: {
    method: 'GET',
    path: '/api/schedules',
    tag: 'schedules',
    summary: 'Schedules of the workspace',
    query: schedules.listSchedulesQuerySchema,
    answer: z.object({ schedules: z.array(schedules.scheduleSchema) }),
  },
  createSchedule: {
    method: 'POST',
    path: '/api/schedules',
    tag: 'schedules',
    summary: 'Run a pipeline by the clock',
    body: schedules.createScheduleRequestSchema,
    answer: schedules.scheduleSchema,
  },
  updateSchedule: {
    method: 'PATCH',
    path: '/api/schedules/:id',
    tag: 'schedules',
    summary: 'Change, pause or continue a schedule',
    params: idParamsSchema,
    body: schedules.updateScheduleRequestSchema,
    answer: schedules.scheduleSchema,
  },
  deleteSchedule: {
    method: 'DELETE',
    path: '/api/schedules/:id',
    tag: 'schedules',
    summary: 'Delete a schedule; its runs stay',
    params: idParamsSchema,
    answer: doneSchema,
  },
  listFiles: {
    method: 'GET',
    path: '/api/files',
    tag: 'files',
    summary: 'Files of the workspace',
    query: files.listFilesQuerySchema,
    answer: files.filesPageSchema,
  },
  uploadFile: {
    method: 'POST',
    path: '/api/files',
    tag: 'files',
    summary: 'Upload a file (multipart/form-data, or the raw bytes with ?name=)',
    query: files.uploadQuerySchema,
    answer: files.fileEntrySchema,
    stream: 'upload',
  },
  downloadFile: {
    method: 'GET',
    path: '/api/files/download',
    tag: 'files',
    summary: 'Download a file',
    query: files.downloadQuerySchema,
    answer: z.unknown(),
    stream: 'download',
  },
  getSession: {
    method: 'GET',
    path: '/api/session',
    tag: 'session',
    summary: 'Who is signed in, and their workspaces',
    answer: session.sessionSchema,
  },
  signIn: {
    method: 'POST',
    path: '/api/session',
    tag: 'session',
    summary: 'Sign in with e-mail and password',
    body: session.signInRequestSchema,
    answer: session.sessionSchema,
    open: true,
  },
  selectWorkspace: {
    method: 'PATCH',
    path: '/api/session',
    tag: 'session',
    summary: 'Work in another workspace',
    body: session.selectWorkspaceRequestSchema,
    answer: session.sessionSchema,
  },
  changePassword: {
    method: 'PATCH',
    path: '/api/session/account',
    tag: 'session',
    summary: 'Change one’s own password; all other sessions end',
    body: session.changePasswordRequestSchema,
    answer: doneSchema,
  },
  signOut: {
    method: 'DELETE',
    path: '/api/session',
    tag: 'session',
    summary: 'Sign out',
    answer: doneSchema,
    open: true,
  },
  listWorkspaces: {
    method: 'GET',
    path: '/api/workspaces',
    tag: 'workspaces',
    summary: 'The workspaces of the caller',
    answer: z.object({ workspaces: z.array(workspaces.workspaceSchema) }),
  },
  createWorkspace: {
    method: 'POST',
    path: '/api/workspaces',
    tag: 'workspaces',
    summary: 'Create a workspace with the example pipelines',
    body: workspaces.workspaceNameRequestSchema,
    answer: workspaces.workspaceSchema,
  },
  renameWorkspace: {
    method: 'PATCH',
    path: '/api/workspaces/:id',
    tag: 'workspaces',
    summary: 'Rename a workspace',
    params: idParamsSchema,
    body: workspaces.workspaceNameRequestSchema,
    answer: workspaces.workspaceSchema,
  },
  getRetention: {
    method: 'GET',
    path: '/api/workspaces/:id/retention',
    tag: 'workspaces',
    summary: 'How long it keeps logs and runs',
    params: idParamsSchema,
    answer: workspaces.retentionSchema,
  },
  setRetention: {
    method: 'PUT',
    path: '/api/workspaces/:id/retention',
    tag: 'workspaces',
    summary: 'Change how long it keeps logs and runs',
    params: idParamsSchema,
    body: workspaces.retentionSchema,
    answer: workspaces.retentionSchema,
  },
  listMembers: {
    method: 'GET',
    path: '/api/workspaces/:id/members',
    tag: 'workspaces',
    summary: 'Its members',
    params: idParamsSchema,
    answer: z.object({ members: z.array(workspaces.memberSchema) }),
  },
  addMember: {
    method: 'POST',
    path: '/api/workspaces/:id/members',
    tag: 'workspaces',
    summary: 'Add a person who has an account',
    params: idParamsSchema,
    body: workspaces.addMemberRequestSchema,
    answer: workspaces.memberSchema,
  },
  changeMember: {
    method: 'PATCH',
    path: '/api/workspaces/:id/members/:userId',
    tag: 'workspaces',
    summary: 'Change a role',
    params: workspaces.memberParamsSchema,
    body: workspaces.changeMemberRequestSchema,
    answer: workspaces.memberSchema,
  },
  removeMember: {
    method: 'DELETE',
    path: '/api/workspaces/:id/members/:userId',
    tag: 'workspaces',
    summary: 'Remove a member',
    params: workspaces.memberParamsSchema,
    answer: doneSchema,
  },
  getHealth: {
    method: 'GET',
    path: '/api/health',
    tag: 'service',
    summary: 'Whether database and runner answer',
    answer: session.healthSchema,
    open: true,
  },
} as const satisfies Record<string, Endpoint>;

export type EndpointName = keyof typeof ENDPOINTS;
export type EndpointOf<N extends EndpointName> = (typeof ENDPOINTS)[N];
type Input<E, K extends string> = E extends Record<K, infer S extends z.ZodType> ? z.input<S> : undefined;
type Output<E, K extends string> = E extends Record<K, infer S extends z.ZodType> ? z.output<S> : undefined;

/** What a caller gives to an endpoint, before defaults. */
export type CallParams<N extends EndpointName> = Input<EndpointOf<N>, 'params'>;
export type CallQuery<N extends EndpointName> = Input<EndpointOf<N>, 'query'>;
export type CallBody<N extends EndpointName> = Input<EndpointOf<N>, 'body'>;
/** What a route gets, after parsing. */
export type ParsedParams<N extends EndpointName> = Output<EndpointOf<N>, 'params'>;
export type ParsedQuery<N extends EndpointName> = Output<EndpointOf<N>, 'query'>;
export type ParsedBody<N extends EndpointName> = Output<EndpointOf<N>, 'body'>;
export type Answer<N extends EndpointName> = z.output<EndpointOf<N>['answer']>;

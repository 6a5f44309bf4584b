import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ENDPOINTS, type Endpoint, type EndpointName } from '#lib/contracts/endpoints.ts';
import type { Role } from '#lib/contracts/workspaces.ts';
import { workspaceRoot } from '#server/files/workspace-root.ts';
import type { TestUser, TestWorkspace } from '#server/supabase/testing/test-supabase.ts';
import type { Actor } from './actor.ts';
import { deletePipeline, getPipeline, listPipelines, savePipeline } from './pipelines.ts';
import { cancelRun, getRun, listRuns } from './runs.ts';
import { createSchedule, deleteSchedule, listSchedules, updateSchedule } from './schedules.ts';
import { resumeRun, startRun } from './start-run.ts';
import { getLogs } from './logs.ts';
import { testApi, type Given, type TestApi } from './testing/api.ts';
import { publishPipeline } from './versions.ts';
import {
  addMember,
  changeMember,
  getRetention,
  listMembers,
  removeMember,
  renameWorkspace,
  setRetention,
} from './workspaces.ts';
import { getRunHistory } from './run-history.ts';

const SECRET = 'only-for-members';

let api: TestApi;
let ours: TestWorkspace;
let stranger: TestUser;
let pipelineId: string;
let runId: string;
let scheduleId: string;
beforeAll(async () => {
  api = await testApi();
  ours = await api.supabase.workspace();
  stranger = (await api.supabase.workspace()).owner;
  const document = {
    version: 1,
    name: SECRET,
    nodes: [{ id: 'n', type: 'inline-source', config: { format: 'csv', content: SECRET } }],
    edges: [],
  };
  pipelineId = (await api.call(ours.owner, 'createPipeline', { body: { document } })).data.id;
  runId = (await api.call(ours.owner, 'startRun', { params: { id: pipelineId }, body: {} })).data.id;
  await api.supabase.sql`update public.runs set status = 'failed' where id = ${runId}`;
  await api.supabase
    .sql`insert into public.observability_logs (workspace_id, run_id, level, message) values (${ours.id}, ${runId}, 'info', ${SECRET})`;
  await api.supabase
    .sql`insert into public.node_runs (workspace_id, run_id, node_id, type, name, status, sample, schema)
    values (${ours.id}, ${runId}, 'n', 'inline-source', ${SECRET}, 'succeeded', '[]', '[]')`;
  scheduleId = (await api.call(ours.owner, 'createSchedule', { body: { pipelineId, cron: '0 7 * * *' } }))
    .data.id;
  await mkdir(workspaceRoot(ours.id), { recursive: true });
  await writeFile(path.join(workspaceRoot(ours.id), 'secret.csv'), SECRET);
});

/** What the routes may be asked about the other workspace, and whether they answer at all (with nothing of it). */
type Attempt = Given & { answers: 'nothing-of-theirs' | 'refused' };
const attempts = (): Record<EndpointName, Attempt> => {
  const refused = (given: Given): Attempt => ({ ...given, answers: 'refused' });
  const empty = (given: Given = {}): Attempt => ({ ...given, answers: 'nothing-of-theirs' });
  const pipeline = { params: { id: pipelineId } };
  const run = { params: { id: runId } };
  const node = { params: { id: runId, nodeId: 'n' } };
  const schedule = { params: { id: scheduleId } };
  const workspace = { params: { id: ours.id } };
  const member = { params: { id: ours.id, userId: ours.viewer.id } };
  const document = { version: 1, name: 'x', nodes: [], edges: [] };
  return {
    listPipelines: empty(),
    createPipeline: empty({ body: { name: 'mine' } }),
    getPipeline: refused(pipeline),
    savePipeline: refused({ ...pipeline, body: { revision: 1, name: 'taken over' } }),
    deletePipeline: refused(pipeline),
    listVersions: refused(pipeline),
    getVersion: refused({ params: { id: pipelineId, version: '1' } }),
    publishPipeline: refused({ ...pipeline, body: {} }),
    startRun: refused({ ...pipeline, body: { document } }),
    preview: refused({ body: { document, nodeId: 'n' } }),
    bind: refused({ body: { document } }),
    listRuns: empty({ query: { pipeline: pipelineId } }),
    getRunHistory: empty(),
    getRun: refused(run),
    followRun: refused(run),
    cancelRun: refused(run),
    resumeRun: refused({ ...run, body: {} }),
    getNodeRun: refused(node),
    getRows: refused(node),
    getProfile: refused(node),
    getSample: refused(node),
    stageNode: refused(node),
    countRows: refused(node),
    getLogs: refused(run),
    listSchedules: empty({ query: { pipeline: pipelineId } }),
    createSchedule: refused({ body: { pipelineId, cron: '* * * * *' } }),
    updateSchedule: refused({ ...schedule, body: { enabled: false } }),
    deleteSchedule: refused(schedule),
    listFiles: empty(),
    uploadFile: empty({ query: { name: 'a.csv' }, body: new Uint8Array([97]) }),
    downloadFile: refused({ query: { path: 'secret.csv' } }),
    getSession: empty(),
    signIn: refused({ body: { email: ours.owner.email, password: 'guess' } }),
    selectWorkspace: refused({ body: { workspaceId: ours.id } }),
    changePassword: refused({ body: { currentPassword: 'guess', newPassword: 'a password of mine' } }),
    signOut: empty(),
    listWorkspaces: empty(),
    createWorkspace: empty({ body: { name: 'mine' } }),
    renameWorkspace: refused({ ...workspace, body: { name: 'taken over' } }),
    getRetention: refused(workspace),
    setRetention: refused({ ...workspace, body: { logDays: 1, runDays: 1 } }),
    listMembers: refused(workspace),
    addMember: refused({ ...workspace, body: { email: stranger.email, role: 'owner' } }),
    changeMember: refused({ ...member, body: { role: 'owner' } }),
    removeMember: refused(member),
    getHealth: empty(),
  };
};

// Signing in and out speaks to cookies, which need a running Next: the browser journeys have them.
const WITH_COOKIES: readonly EndpointName[] = ['signIn', 'signOut'];
// The runner is asked for the stranger's own workspace only; without one here it cannot answer at all.
const BY_RUNNER: readonly EndpointName[] = ['preview', 'bind'];
// It is about the person alone, whatever workspace they name, and refuses by their own password.
const BY_PASSWORD: readonly EndpointName[] = ['changePassword'];
const endpoints = Object.entries<Endpoint>(ENDPOINTS) as [EndpointName, Endpoint][];
const testable = endpoints.filter(([name]) => !WITH_COOKIES.includes(name));

describe.each(testable)('%s', (name, endpoint) => {
  it('gives a member of another workspace nothing, even one who names ours', async () => {
    const { answers, ...given } = attempts()[name];
    const reply = await api.raw(stranger, name, { ...given, headers: { 'sluice-workspace': ours.id } });
    const text = await reply.text();
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(ours.viewer.id);
    if (BY_RUNNER.includes(name)) expect(reply.status).toBe(503);
    else if (BY_PASSWORD.includes(name)) expect(text).toContain('wrong-password');
    else if (answers === 'refused') expect([403, 404]).toContain(reply.status);
    else expect(reply.status).toBe(200);
  });

  it.runIf(!endpoint.open)('asks nobody in', async () => {
    const { answers: _answers, ...given } = attempts()[name];
    const reply = await api.raw(null, name, given);
    expect(reply.status).toBe(401);
    expect(await reply.text()).not.toContain(SECRET);
  });
});

it('left everything as it was', async () => {
  const pipeline = await api.call(ours.owner, 'getPipeline', { params: { id: pipelineId } });
  expect(pipeline.data).toMatchObject({ name: SECRET, revision: 1 });
  const { data } = await api.call(ours.owner, 'listMembers', { params: { id: ours.id } });
  expect(data.members).toHaveLength(3);
  const runs = await api.call(ours.owner, 'listRuns', { query: { pipeline: pipelineId } });
  expect(runs.data.runs).toHaveLength(1);
});

describe('row-level security alone', () => {
  /** A person whose use cases' checks all say yes: they believe them to be an owner of the other workspace. */
  const believed = (user: TestUser, role: Role = 'owner'): Actor => {
    const workspace = { id: ours.id, name: 'forged', role, createdAt: '2026-01-01T00:00:00Z' };
    return {
      userId: user.id,
      email: user.email,
      db: user.client,
      via: 'token',
      workspaces: [workspace],
      workspace,
    };
  };
  const document = { version: 1, name: 'x', nodes: [], edges: [] };
  const newSchedule = () =>
    ({
      pipelineId,
      cron: '* * * * *',
      timeZone: 'UTC',
      enabled: true,
      overlap: 'skip',
      catchUp: false,
      parameters: {},
      version: null,
    }) as const;

  it('shows a stranger nothing', async () => {
    const actor = believed(stranger);
    expect(await listPipelines(actor)).toEqual({ pipelines: [] });
    expect(await listRuns(actor, { limit: 50 })).toMatchObject({ runs: [] });
    expect(await listSchedules(actor)).toEqual({ schedules: [] });
    expect(await listMembers(actor, ours.id)).toEqual({ members: [] });
    expect(await getRunHistory(actor, { days: 30, timeZone: 'UTC' })).toMatchObject({
      days: [],
      pipelines: [],
    });
    await expect(getRetention(actor, ours.id)).rejects.toMatchObject({ code: 'not-found' });
    await expect(getPipeline(actor, pipelineId)).rejects.toMatchObject({ code: 'not-found' });
    await expect(getRun(actor, runId)).rejects.toMatchObject({ code: 'not-found' });
    await expect(getLogs(actor, runId, { limit: 50 })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('lets a stranger change nothing', async () => {
    const actor = believed(stranger);
    const refused = { code: expect.stringMatching(/^(not-found|forbidden)$/) as string };
    await expect(savePipeline(actor, pipelineId, { revision: 1, document })).rejects.toMatchObject(refused);
    await expect(deletePipeline(actor, pipelineId)).rejects.toMatchObject(refused);
    await expect(publishPipeline(actor, pipelineId)).rejects.toMatchObject(refused);
    await expect(startRun(actor, pipelineId, { document })).rejects.toMatchObject(refused);
    await expect(cancelRun(actor, runId)).rejects.toMatchObject(refused);
    await expect(resumeRun(actor, runId, 'same')).rejects.toMatchObject(refused);
    await expect(createSchedule(actor, newSchedule())).rejects.toMatchObject(refused);
    await expect(updateSchedule(actor, scheduleId, { enabled: false })).rejects.toMatchObject(refused);
    await expect(deleteSchedule(actor, scheduleId)).rejects.toMatchObject(refused);
    await expect(renameWorkspace(actor, ours.id, 'taken over')).rejects.toMatchObject(refused);
    await expect(setRetention(actor, ours.id, { logDays: 1, runDays: 1 })).rejects.toMatchObject(refused);
    await expect(addMember(actor, ours.id, { email: stranger.email, role: 'owner' })).rejects.toMatchObject(
      refused,
    );
    await expect(
      changeMember(actor, ours.id, { userId: ours.viewer.id, role: 'owner' }),
    ).rejects.toMatchObject(refused);
    await expect(removeMember(actor, ours.id, ours.viewer.id)).rejects.toMatchObject(refused);
  });

  it('lets a viewer change nothing, though they see', async () => {
    const actor = believed(ours.viewer);
    const refused = { code: expect.stringMatching(/^(not-found|forbidden)$/) as string };
    expect(await getPipeline(actor, pipelineId)).toMatchObject({ name: SECRET });
    await expect(savePipeline(actor, pipelineId, { revision: 1, document })).rejects.toMatchObject(refused);
    await expect(deletePipeline(actor, pipelineId)).rejects.toMatchObject(refused);
    await expect(publishPipeline(actor, pipelineId)).rejects.toMatchObject(refused);
    await expect(startRun(actor, pipelineId, { document })).rejects.toMatchObject(refused);
    await expect(cancelRun(actor, runId)).rejects.toMatchObject(refused);
    await expect(createSchedule(actor, newSchedule())).rejects.toMatchObject(refused);
    await expect(updateSchedule(actor, scheduleId, { enabled: false })).rejects.toMatchObject(refused);
    await expect(deleteSchedule(actor, scheduleId)).rejects.toMatchObject(refused);
    await expect(renameWorkspace(actor, ours.id, 'taken over')).rejects.toMatchObject(refused);
    await expect(addMember(actor, ours.id, { email: stranger.email, role: 'owner' })).rejects.toMatchObject(
      refused,
    );
    await expect(
      changeMember(actor, ours.id, { userId: ours.viewer.id, role: 'owner' }),
    ).rejects.toMatchObject(refused);
  });
});

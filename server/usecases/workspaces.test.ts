import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workspaceRoot } from '#server/files/workspace-root.ts';
import type { TestWorkspace } from '#server/supabase/testing/test-supabase.ts';
import { seedFirstWorkspace, seedWorkspace } from './seed-workspace.ts';
import { testApi, type TestApi } from './testing/api.ts';

let api: TestApi;
let workspace: TestWorkspace;
beforeAll(async () => {
  api = await testApi();
  workspace = await api.supabase.workspace();
});

describe('members', () => {
  it('adds by address, changes roles, removes', async () => {
    const person = await api.supabase.user();
    const params = { id: workspace.id };
    const added = await api.call(workspace.owner, 'addMember', {
      params,
      body: { email: person.email.toUpperCase(), role: 'viewer' },
    });
    expect(added).toMatchObject({
      status: 200,
      data: { userId: person.id, email: person.email, role: 'viewer' },
    });
    expect((await api.call(person, 'listWorkspaces')).data.workspaces).toMatchObject([
      { id: workspace.id, role: 'viewer' },
    ]);
    const again = await api.call(workspace.owner, 'addMember', {
      params,
      body: { email: person.email, role: 'editor' },
    });
    expect(again).toMatchObject({ status: 409, error: { code: 'already-member' } });
    const nobody = await api.call(workspace.owner, 'addMember', {
      params,
      body: { email: 'nobody@example.test', role: 'editor' },
    });
    expect(nobody).toMatchObject({ status: 400, error: { code: 'no-account' } });

    const member = { id: workspace.id, userId: person.id };
    const changed = await api.call(workspace.owner, 'changeMember', {
      params: member,
      body: { role: 'editor' },
    });
    expect(changed.data.role).toBe('editor');
    expect(
      (await api.call(workspace.editor, 'changeMember', { params: member, body: { role: 'owner' } })).status,
    ).toBe(403);
    expect((await api.call(workspace.viewer, 'removeMember', { params: member })).status).toBe(403);
    // Anybody may leave.
    expect((await api.call(person, 'removeMember', { params: member })).status).toBe(200);
    expect((await api.call(person, 'listWorkspaces')).data.workspaces).toEqual([]);
    expect(await api.call(person, 'listPipelines')).toMatchObject({
      status: 400,
      error: { code: 'no-workspace' },
    });
  });

  it('keeps the last owner', async () => {
    const params = { id: workspace.id, userId: workspace.owner.id };
    const left = await api.call(workspace.owner, 'removeMember', { params });
    expect(left).toMatchObject({ status: 409, error: { code: 'last-owner' } });
    const stepped = await api.call(workspace.owner, 'changeMember', { params, body: { role: 'viewer' } });
    expect(stepped).toMatchObject({ status: 409, error: { code: 'last-owner' } });
  });

  it('renames for owners only', async () => {
    const params = { id: workspace.id };
    expect(
      (await api.call(workspace.editor, 'renameWorkspace', { params, body: { name: 'B' } })).status,
    ).toBe(403);
    expect(
      (await api.call(workspace.owner, 'renameWorkspace', { params, body: { name: 'Finance' } })).data.name,
    ).toBe('Finance');
    expect((await api.call(workspace.viewer, 'getSession')).data.workspace?.name).toBe('Finance');
  });

  it('works in the workspace that the header names, where one is a member', async () => {
    const other = await api.supabase.workspace();
    await api.call(other.owner, 'addMember', {
      params: { id: other.id },
      body: { email: workspace.owner.email, role: 'viewer' },
    });
    const inOther = { headers: { 'sluice-workspace': other.id } };
    expect((await api.call(workspace.owner, 'getSession', inOther)).data.workspace).toMatchObject({
      id: other.id,
      role: 'viewer',
    });
    expect((await api.call(workspace.owner, 'createPipeline', { body: {}, ...inOther })).status).toBe(403);
    expect((await api.call(workspace.owner, 'createPipeline', { body: {} })).status).toBe(200);
  });
});

describe('a new workspace', () => {
  let examplesDir: string;
  beforeAll(async () => {
    examplesDir = await mkdtemp(path.join(tmpdir(), 'sluice-examples-'));
    await mkdir(path.join(examplesDir, 'data'));
    await writeFile(path.join(examplesDir, 'data/cities.csv'), 'city\nOslo\n');
    for (const [file, name] of [
      ['b-second', 'Second'],
      ['a-first', 'First'],
    ] as const) {
      const node = '{ id: cities, type: file-source, config: { path: data/cities.csv } }';
      await writeFile(
        path.join(examplesDir, `${file}.yaml`),
        `version: 1\nname: ${name}\nnodes:\n  - ${node}\n`,
      );
    }
  });
  afterAll(() => rm(examplesDir, { recursive: true, force: true }));

  it('has the examples, the first of them on top, and their data', async () => {
    const { id, owner } = await api.supabase.workspace();
    const seed = () => seedWorkspace({ db: owner.client, userId: owner.id, workspaceId: id, examplesDir });
    expect(await seed()).toBe(2);
    const { data } = await api.call(owner, 'listPipelines');
    expect(data.pipelines.map(({ name }) => name)).toEqual(['First', 'Second']);
    const file = path.join(workspaceRoot(id), 'data/cities.csv');
    expect(await readFile(file, 'utf8')).toBe('city\nOslo\n');
    // A hard link: no room taken twice.
    expect((await stat(file)).ino).toBe((await stat(path.join(examplesDir, 'data/cities.csv'))).ino);

    await api.call(owner, 'deletePipeline', { params: { id: data.pipelines[0]?.id ?? '' } });
    expect(await seed()).toBe(0);
    expect((await api.call(owner, 'listPipelines')).data.pipelines).toHaveLength(1);
  });

  it('seeds the first one at the first start, and only then', async () => {
    const { id, owner } = await api.supabase.workspace();
    const supabase = { url: api.supabase.url, anonKey: api.supabase.anonKey };
    const seed = () =>
      seedFirstWorkspace({ supabase, accessToken: owner.accessToken, examplesDir, dataDir: api.dataDir });
    expect(await seed()).toBe(2);
    expect(await seed()).toBe(0);
    expect(await readFile(path.join(workspaceRoot(id), 'data/cities.csv'), 'utf8')).toBe('city\nOslo\n');
  });

  it('is made with the project’s own examples, each of which can be read', async () => {
    const person = await api.supabase.user();
    const made = await api.call(person, 'createWorkspace', { body: { name: 'Mine' } });
    expect(made).toMatchObject({ status: 200, data: { name: 'Mine', role: 'owner' } });
    const { data } = await api.call(person, 'listPipelines');
    expect(data.pipelines.length).toBeGreaterThanOrEqual(4);
    const session = await api.call(person, 'getSession');
    expect(session.data).toMatchObject({
      user: { id: person.id, email: person.email },
      workspace: { id: made.data.id },
    });
  });
});

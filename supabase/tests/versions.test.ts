import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { testSupabase, type TestSupabase } from '#server/supabase/testing/test-supabase.ts';
import { DOCUMENT, makeWorld, seedPipeline, type World } from './world.ts';

let supabase: TestSupabase;
let world: World;
beforeAll(async () => {
  supabase = await testSupabase();
  world = await makeWorld(supabase);
});

const save = (
  actor: 'stranger' | 'viewer' | 'editor',
  id: string,
  revision: number,
  draft: object = DOCUMENT,
) => world.client(actor).rpc('save_pipeline_draft', { p_id: id, p_revision: revision, p_draft: draft });

describe('saving a draft', () => {
  it('counts revisions, keeps view and name unless told', async () => {
    const id = await seedPipeline(world.sql, world.workspace.id);
    const draft = { ...DOCUMENT, nodes: [{ id: 'a' }] };
    expect((await save('editor', id, 1, draft)).data).toMatchObject({ ok: true, revision: 2 });
    const { data } = await world
      .client('viewer')
      .from('pipelines')
      .select('name, draft, view, revision')
      .eq('id', id)
      .single();
    expect(data).toEqual({ name: 'Seed', draft, view: {}, revision: 2 });
  });

  it('answers an old revision with what is stored now, and changes nothing', async () => {
    const id = await seedPipeline(world.sql, world.workspace.id);
    const theirs = { ...DOCUMENT, name: 'Theirs' };
    await save('editor', id, 1, theirs);
    const { data } = await save('editor', id, 1, { ...DOCUMENT, name: 'Mine' });
    expect(data).toMatchObject({ ok: false, code: 'conflict', revision: 2, draft: theirs });
  });

  it('lets one of many who save at once through', async () => {
    const id = await seedPipeline(world.sql, world.workspace.id);
    const answers = await Promise.all(Array.from({ length: 8 }, () => save('editor', id, 1)));
    const oks = answers.map(({ data }) => (data as { ok: boolean }).ok);
    expect(oks.filter(Boolean)).toHaveLength(1);
  });

  it.each([
    ['stranger', 'not-found'],
    ['viewer', 'forbidden'],
  ] as const)('refuses a %s', async (actor, code) => {
    expect((await save(actor, world.pipelineId, 1)).data).toEqual({ ok: false, code });
  });
});

describe('versions', () => {
  const ensure = (pipelineId: string, hash: string, document: object = DOCUMENT) =>
    world
      .client('editor')
      .rpc('ensure_version', { p_pipeline_id: pipelineId, p_document: document, p_content_hash: hash });
  const numberOf = (data: unknown) => (data as { version: { number: number } }).version.number;

  it('are numbered, and one of the same content is used again', async () => {
    const id = await seedPipeline(world.sql, world.workspace.id);
    const [one, two] = [randomUUID(), randomUUID()];
    expect(numberOf((await ensure(id, one)).data)).toBe(1);
    expect(numberOf((await ensure(id, two)).data)).toBe(2);
    expect(numberOf((await ensure(id, one)).data)).toBe(1);
  });

  it('have no gaps or doubles when many are made at once', async () => {
    const id = await seedPipeline(world.sql, world.workspace.id);
    const answers = await Promise.all(Array.from({ length: 6 }, () => ensure(id, randomUUID())));
    expect(answers.map(({ data }) => numberOf(data)).sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('do not change, not even for the runner or the database’s owner', async () => {
    const { error } = await supabase.service
      .from('pipeline_versions')
      .update({ document: {} })
      .eq('id', world.versionId);
    expect(error?.message).toContain('immutable');
    await expect(
      world.sql`update public.pipeline_versions set number = 7 where id = ${world.versionId}`,
    ).rejects.toThrow('immutable');
    const [row] =
      await world.sql`select document from public.pipeline_versions where id = ${world.versionId}`;
    expect(row?.document).toEqual(DOCUMENT);
  });

  it('are published one at a time, and only versions of that pipeline', async () => {
    const id = await seedPipeline(world.sql, world.workspace.id);
    const made = (await ensure(id, randomUUID())).data as { version: { id: string } };
    const publish = (version: string) =>
      world.client('editor').rpc('publish_version', { p_pipeline_id: id, p_version_id: version });
    expect((await publish(world.versionId)).data).toEqual({ ok: false, code: 'version-not-found' });
    expect((await publish(made.version.id)).data).toMatchObject({ ok: true });
    const [row] = await world.sql`select live_version_id from public.pipelines where id = ${id}`;
    expect(row?.live_version_id).toBe(made.version.id);
  });
});

describe('members', () => {
  it('a workspace keeps an owner', async () => {
    const { workspace } = world;
    const mine = { workspace_id: workspace.id, user_id: workspace.owner.id };
    const { error } = await workspace.owner.client.from('members').delete().match(mine);
    expect(error?.message).toContain('at least one owner');
    const { data } = await workspace.owner.client.from('members').select('role').match(mine).single();
    expect(data?.role).toBe('owner');
  });

  it('a workspace goes with all that is in it', async () => {
    const { workspace, stranger, pipelineId } = await makeWorld(supabase);
    expect((await stranger.client.from('workspaces').delete().eq('id', workspace.id)).error).toBeNull();
    expect(await world.sql`select 1 from public.pipelines where id = ${pipelineId}`).toHaveLength(1);
    expect(
      (await workspace.owner.client.from('workspaces').delete().eq('id', workspace.id)).error,
    ).toBeNull();
    expect(await world.sql`select 1 from public.pipelines where id = ${pipelineId}`).toHaveLength(0);
  });
});

it('nothing hangs on a pipeline of another workspace', async () => {
  const { data } = await world.stranger.client.rpc('create_workspace', { p_name: 'Elsewhere' });
  const { error } = await world.stranger.client.from('schedules').insert({
    workspace_id: (data as { workspace_id: string }).workspace_id,
    pipeline_id: world.pipelineId,
    name: 'Theirs',
    cron: '* * * * *',
    owner_id: world.stranger.id,
  });
  // The foreign key holds the workspace too, so the pair does not exist.
  expect(error?.code).toBe('23503');
});

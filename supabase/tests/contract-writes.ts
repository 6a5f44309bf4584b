import { randomUUID } from 'node:crypto';
import type { Query } from './contract-reads.ts';
import { DOCUMENT, type World } from './world.ts';

const run = (world: World) => ({
  workspace_id: world.workspace.id,
  pipeline_id: world.pipelineId,
  version_id: world.versionId,
});
const node = (world: World, id: string) => ({
  run_id: world.runId,
  node_id: id,
  workspace_id: world.workspace.id,
  type: 'filter',
  name: id,
});
const line = (world: World, message: string) => ({
  workspace_id: world.workspace.id,
  run_id: world.runId,
  level: 'info',
  message,
  node_id: null,
  fields: null,
});

/** What the app changes. Each server does it in a world of its own; ids and times differ and are left out. */
export const WRITES: readonly Query[] = [
  {
    name: 'a new pipeline',
    as: 'editor',
    run: (db, { workspace }) =>
      db
        .from('pipelines')
        .insert({
          workspace_id: workspace.id,
          name: 'New “ü” \' " \\',
          draft: { ...DOCUMENT, deep: [{ a: null, b: [1, 2.5, 'x'], ключ: '😀' }] },
          view: {},
          created_by: workspace.editor.id,
        })
        .select('name, draft, view, revision')
        .single(),
  },
  {
    name: 'a new row without asking back',
    as: 'runner',
    run: (db, world) => db.from('observability_logs').insert(line(world, 'one')),
  },
  {
    name: 'many rows at once',
    as: 'runner',
    run: async (db, world) => {
      const { error, status } = await db
        .from('observability_logs')
        .insert(Array.from({ length: 500 }, (_, index) => line(world, `line ${index}`)));
      const { count } = await db
        .from('observability_logs')
        .select('*', { count: 'exact', head: true })
        .eq('run_id', world.runId);
      return { error, status, count };
    },
  },
  {
    name: 'rows with all kinds of values',
    as: 'runner',
    run: (db, world) =>
      db
        .from('node_runs')
        .insert({
          ...node(world, 'kinds'),
          rows_in: 3_000_000_000,
          rows_out: 9_007_199_254_740_991,
          duration_ms: 12.345,
          reused: true,
          inputs: [{ source: 'a', rows: null }],
          schema: [{ name: 'ü"\'', type: 'DECIMAL(18,3)' }],
          sample: [{ big: '9007199254740993', none: null, nested: { list: [] }, text: 'null' }],
          sql: "select 'it''s' -- \\",
          warnings: [],
          error: null,
          artefact: { path: 'C:\\x' },
          started_at: '2026-01-31T09:00:00.123Z',
        })
        .select('*')
        .single(),
  },
  {
    name: 'insert or replace by key',
    as: 'runner',
    run: async (db, world) => {
      await db.from('node_runs').insert(node(world, 'again'));
      return db
        .from('node_runs')
        .upsert(
          [
            { ...node(world, 'again'), status: 'succeeded', rows_out: 5 },
            { ...node(world, 'fresh'), status: 'running', rows_out: null },
          ],
          { onConflict: 'run_id,node_id' },
        )
        .select('node_id, status, rows_out')
        .order('node_id');
    },
  },
  {
    name: 'insert or leave',
    as: 'runner',
    run: async (db, world) => {
      await db.from('node_runs').insert({ ...node(world, 'kept'), status: 'failed' });
      const { error, status } = await db
        .from('node_runs')
        .upsert(node(world, 'kept'), { onConflict: 'run_id,node_id', ignoreDuplicates: true });
      const { data } = await db
        .from('node_runs')
        .select('status')
        .eq('node_id', 'kept')
        .eq('run_id', world.runId);
      return { error, status, data };
    },
  },
  {
    name: 'a change under conditions',
    as: 'runner',
    run: (db, world) =>
      db
        .from('runs')
        .update({
          status: 'failed',
          error: { code: 'x', message: 'ä' },
          segments: [],
          finished_at: '2026-01-31T09:00:00+00:00',
          duration_ms: 0.5,
        })
        .eq('id', world.runId)
        .in('status', ['running', 'succeeded'])
        .select('status, error, segments, finished_at, duration_ms'),
  },
  {
    name: 'a change of nothing',
    as: 'runner',
    run: (db, world) =>
      db.from('runs').update({ status: 'failed' }).eq('id', world.runId).eq('status', 'queued').select('id'),
  },
  {
    name: 'a value back to null',
    as: 'runner',
    run: async (db, world) => {
      await db
        .from('runs')
        .update({ error: { code: 'x' } })
        .eq('id', world.runId);
      return db.from('runs').update({ error: null }).eq('id', world.runId).select('error').single();
    },
  },
  {
    name: 'a deletion',
    as: 'editor',
    run: (db, { scheduleId }) => db.from('schedules').delete().eq('id', scheduleId).select('name'),
  },
  {
    name: 'a soft deletion',
    as: 'editor',
    run: (db, { pipelineId }) =>
      db
        .from('pipelines')
        .update({ deleted_at: '2026-01-31T09:00:00.000Z' })
        .eq('id', pipelineId)
        .is('deleted_at', null)
        .select('deleted_at'),
  },
  {
    name: 'a call with JSON, arrays and defaults',
    as: 'editor',
    run: (db, { pipelineId }) =>
      db.rpc('request_run', {
        p_pipeline_id: pipelineId,
        p_document: { ...DOCUMENT, text: '"quoted"' },
        p_content_hash: 'a'.repeat(64),
        p_parameters: { since: '2001-01-01', list: [1, null] },
        p_options: { only: ['a'] },
      }),
  },
  {
    name: 'what that call stored',
    as: 'editor',
    run: async (db, { pipelineId }) => {
      await db.rpc('request_run', {
        p_pipeline_id: pipelineId,
        p_document: { ...DOCUMENT, text: '"quoted"' },
        p_content_hash: 'a'.repeat(64),
        p_parameters: { list: [1, null, 'x'] },
      });
      return db
        .from('runs')
        .select('status, parameters, options, pipeline_versions!runs_version(document)')
        .eq('pipeline_id', pipelineId)
        .eq('status', 'queued');
    },
  },
  {
    name: 'a call with a list of ids',
    as: 'runner',
    run: (db, { runId }) => db.rpc('heartbeat', { p_runner_id: 'me', p_run_ids: [runId] }),
  },
  {
    name: 'a call with an empty list',
    as: 'runner',
    run: (db) => db.rpc('heartbeat', { p_runner_id: 'me', p_run_ids: [] }),
  },
  {
    name: 'a save and its conflict',
    as: 'editor',
    run: async (db, { pipelineId }) => {
      const save = (name: string) =>
        db.rpc('save_pipeline_draft', {
          p_id: pipelineId,
          p_revision: 1,
          p_draft: { ...DOCUMENT, name },
          p_view: { viewport: { x: 0, y: 0, zoom: 1 } },
          p_name: name,
        });
      return [await save('one'), await save('two')];
    },
  },
  { name: 'a new workspace', as: 'owner', run: (db) => db.rpc('create_workspace', { p_name: '  Mine ' }) },
  {
    name: 'a row that a policy refuses',
    as: 'viewer',
    run: (db, { workspace }) =>
      db
        .from('pipelines')
        .insert({ workspace_id: workspace.id, name: 'No', draft: DOCUMENT, created_by: workspace.viewer.id }),
  },
  {
    name: 'a row that a CHECK refuses',
    as: 'runner',
    run: (db, world) => db.from('runs').insert({ ...run(world), status: 'nonsense' }),
  },
  {
    name: 'a row that is there already',
    as: 'runner',
    run: async (db, world) => {
      await db.from('node_runs').insert(node(world, 'twice'));
      return db.from('node_runs').insert(node(world, 'twice'));
    },
  },
  {
    name: 'a row that refers to nothing',
    as: 'runner',
    run: (db, world) => db.from('runs').insert({ ...run(world), pipeline_id: randomUUID() }),
  },
  {
    name: 'a row without what it needs',
    as: 'runner',
    run: (db, world) => db.from('runs').insert({ workspace_id: world.workspace.id }),
  },
  {
    name: 'a change that a trigger refuses',
    as: 'runner',
    run: (db, { versionId }) => db.from('pipeline_versions').update({ document: {} }).eq('id', versionId),
  },
];

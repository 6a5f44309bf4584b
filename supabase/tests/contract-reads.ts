import { randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { DOCUMENT, type World } from './world.ts';

type Who = 'anonymous' | 'viewer' | 'editor' | 'owner' | 'runner';

export interface Query {
  readonly name: string;
  readonly as: Who;
  readonly run: (client: SupabaseClient, world: World) => PromiseLike<unknown>;
}

/** The forms of question that the app asks. Both servers answer over the same rows, so the answers must be the same. */
export const READS: readonly Query[] = [
  {
    name: 'rows by a column',
    as: 'viewer',
    run: (db, { workspace }) =>
      db.from('members').select('workspace_id, role').eq('user_id', workspace.viewer.id),
  },
  {
    name: 'rows in a list, by two orders',
    as: 'viewer',
    run: (db, { workspace }) =>
      db
        .from('workspaces')
        .select('id, name, created_at')
        .in('id', [workspace.id, randomUUID()])
        .order('created_at')
        .order('id'),
  },
  {
    name: 'rows in an empty list',
    as: 'viewer',
    run: (db) => db.from('workspaces').select('id').in('id', []),
  },
  {
    name: 'rows without a value, newest first',
    as: 'viewer',
    run: (db, { workspace }) =>
      db
        .from('pipelines')
        .select('*')
        .eq('workspace_id', workspace.id)
        .is('deleted_at', null)
        .order('updated_at', { ascending: false })
        .limit(10),
  },
  {
    name: 'a view',
    as: 'viewer',
    run: (db, { workspace }) =>
      db
        .from('pipeline_summaries')
        .select()
        .eq('workspace_id', workspace.id)
        .order('updated_at', { ascending: false })
        .limit(1000),
  },
  {
    name: 'a view of runs between times',
    as: 'viewer',
    run: (db, { workspace, pipelineId }) =>
      db
        .from('run_summaries')
        .select()
        .eq('workspace_id', workspace.id)
        .eq('pipeline_id', pipelineId)
        .eq('status', 'succeeded')
        .gte('queued_at', '2001-01-01T00:00:00Z')
        .lt('queued_at', '2099-01-01T00:00:00+02:00')
        .order('queued_at', { ascending: false })
        .order('id', { ascending: false })
        .limit(3),
  },
  {
    name: 'the page after a cursor',
    as: 'viewer',
    run: (db, { workspace, runId }) => {
      const at = '2099-01-01T00:00:00.123456+00:00';
      return db
        .from('run_summaries')
        .select('id, queued_at')
        .eq('workspace_id', workspace.id)
        .or(`queued_at.lt."${at}",and(queued_at.eq."${at}",id.lt.${runId})`)
        .order('queued_at', { ascending: false })
        .order('id', { ascending: false })
        .limit(5);
    },
  },
  {
    name: 'a view with nulls at the end',
    as: 'viewer',
    run: (db, { workspace }) =>
      db
        .from('schedule_summaries')
        .select()
        .eq('workspace_id', workspace.id)
        .order('next_due_at', { nullsFirst: false })
        .order('id'),
  },
  {
    name: 'one row',
    as: 'viewer',
    run: (db, { runId }) => db.from('runs').select('*').eq('id', runId).single(),
  },
  {
    name: 'one row that is not there',
    as: 'viewer',
    run: (db) => db.from('runs').select('*').eq('id', randomUUID()).single(),
  },
  {
    name: 'perhaps one row',
    as: 'viewer',
    run: (db) => db.from('runs').select('*').eq('id', randomUUID()).maybeSingle(),
  },
  {
    name: 'everything of the nodes of a run',
    as: 'viewer',
    run: (db, { runId }) => db.from('node_runs').select('*').eq('run_id', runId).order('node_id'),
  },
  {
    name: 'lines after one, of some levels',
    as: 'viewer',
    run: (db, { runId }) =>
      db
        .from('observability_logs')
        .select('*')
        .eq('run_id', runId)
        .in('level', ['warn', 'error'])
        .gt('id', 0)
        .order('id')
        .limit(10),
  },
  {
    name: 'a range of rows',
    as: 'viewer',
    run: (db, { runId }) =>
      db.from('observability_logs').select('message').eq('run_id', runId).order('id').range(1, 2),
  },
  {
    name: 'a count without rows',
    as: 'viewer',
    run: (db, { runId }) =>
      db.from('observability_logs').select('*', { count: 'exact', head: true }).eq('run_id', runId),
  },
  {
    name: 'a page with a count',
    as: 'viewer',
    run: (db, { runId }) =>
      db
        .from('observability_logs')
        .select('message', { count: 'exact' })
        .eq('run_id', runId)
        .order('id')
        .limit(2),
  },
  {
    name: 'rows with what they refer to',
    as: 'viewer',
    run: (db, { runId }) =>
      db
        .from('runs')
        .select('id, pipelines!runs_pipeline(name), pipeline_versions!runs_version(number, document)')
        .eq('id', runId),
  },
  {
    name: 'rows with the rows that refer to them',
    as: 'viewer',
    run: (db, { runId }) =>
      db
        .from('runs')
        .select('id, node_runs(node_id, status)')
        .eq('id', runId)
        .order('node_id', { referencedTable: 'node_runs' }),
  },
  {
    name: 'only rows whose parent is of a kind',
    as: 'viewer',
    run: (db, { workspace }) =>
      db
        .from('node_runs')
        .select('node_id, runs!inner(status)')
        .eq('workspace_id', workspace.id)
        .eq('runs.status', 'succeeded')
        .order('node_id'),
  },
  {
    name: 'inside JSON',
    as: 'viewer',
    run: (db, { workspace }) =>
      db
        .from('pipelines')
        .select('title:draft->>name, draft->nodes')
        .eq('workspace_id', workspace.id)
        .eq('draft->>name', 'Seed'),
  },
  {
    name: 'part of a name',
    as: 'viewer',
    run: (db, { workspace }) =>
      db.from('pipelines').select('name').eq('workspace_id', workspace.id).ilike('name', '%EE%'),
  },
  {
    name: 'with a value, other than one',
    as: 'viewer',
    run: (db, { workspace }) =>
      db
        .from('runs')
        .select('status')
        .eq('workspace_id', workspace.id)
        .not('queued_at', 'is', null)
        .neq('status', 'failed'),
  },
  {
    name: 'what is due',
    as: 'runner',
    run: (db, { workspace }) =>
      db
        .from('schedules')
        .select('id, cron, time_zone, next_due_at')
        .eq('workspace_id', workspace.id)
        .eq('enabled', true)
        .lte('next_due_at', '2099-01-01T00:00:00.000Z')
        .order('next_due_at')
        .limit(100),
  },
  {
    name: 'a call that reads',
    as: 'viewer',
    run: (db, { workspace }) => db.rpc('workspace_members', { p_workspace_id: workspace.id }),
  },
  {
    name: 'a call that refuses',
    as: 'viewer',
    run: (db, { pipelineId }) =>
      db.rpc('save_pipeline_draft', { p_id: pipelineId, p_revision: 1, p_draft: DOCUMENT }),
  },
  {
    name: 'a call that one may not make',
    as: 'editor',
    run: (db) => db.rpc('claim_run', { p_runner_id: 'me' }),
  },
  { name: 'a table, asked by nobody', as: 'anonymous', run: (db) => db.from('pipelines').select('id') },
  { name: 'a column that is not there', as: 'viewer', run: (db) => db.from('pipelines').select('nonsense') },
  {
    name: 'a value of the wrong type',
    as: 'viewer',
    run: (db) => db.from('pipelines').select('id').eq('id', 'not-a-uuid'),
  },
];

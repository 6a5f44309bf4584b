import { randomUUID } from 'node:crypto';
import { DOCUMENT, seedPipeline, seedRun, seedVersion, type Actor, type World } from './world.ts';

export const OPERATIONS = ['select', 'insert', 'update', 'delete'] as const;
export type Operation = (typeof OPERATIONS)[number];

type Values = Record<string, unknown>;

export interface RelationCase {
  /** Who may do what; everybody else may not. */
  readonly allowed: Readonly<Record<Operation, readonly Actor[]>>;
  /** Puts a row there, past all policies. @returns the columns that find it. */
  readonly seed: (world: World) => Promise<Values>;
  /** A row that would be good if its sender were allowed to send it. */
  readonly row: (world: World, actor: Actor) => Promise<Values> | Values;
  /** A change that every row takes. */
  readonly change: Values;
}

const nobody: readonly Actor[] = [];
const members: readonly Actor[] = ['viewer', 'editor', 'owner'];
const editors: readonly Actor[] = ['editor', 'owner'];
const owners: readonly Actor[] = ['owner'];

const readOnly = { select: members, insert: nobody, update: nobody, delete: nobody } as const;

async function freshUser({ sql }: World): Promise<string> {
  const id = randomUUID();
  await sql`insert into auth.users (id, email) values (${id}, ${`${id}@example.test`})`;
  return id;
}

async function seedWorkspace(world: World): Promise<Values> {
  const { sql, workspace } = world;
  const id = randomUUID();
  await sql`insert into public.workspaces (id, name) values (${id}, 'Another')`;
  await sql`insert into public.members (workspace_id, user_id, role)
    select ${id}, user_id, role from public.members where workspace_id = ${workspace.id}`;
  return { id };
}

const runOf = (world: World) => ({
  workspaceId: world.workspace.id,
  pipelineId: world.pipelineId,
  versionId: world.versionId,
});

/** Every table and view in `public`. The test fails for one that is missing here. */
export const MATRIX: Readonly<Record<string, RelationCase>> = {
  workspaces: {
    // Made by create_workspace alone, with its owner.
    allowed: { select: members, insert: nobody, update: owners, delete: owners },
    seed: seedWorkspace,
    row: () => ({ id: randomUUID(), name: 'Mine' }),
    change: { name: 'Renamed' },
  },
  members: {
    allowed: { select: members, insert: owners, update: owners, delete: owners },
    seed: async (world) => {
      const user_id = await freshUser(world);
      await world.sql`insert into public.members (workspace_id, user_id, role) values (${world.workspace.id}, ${user_id}, 'viewer')`;
      return { workspace_id: world.workspace.id, user_id };
    },
    row: async (world) => ({
      workspace_id: world.workspace.id,
      user_id: await freshUser(world),
      role: 'viewer',
    }),
    change: { role: 'editor' },
  },
  pipelines: {
    allowed: { select: members, insert: editors, update: editors, delete: owners },
    seed: async (world) => ({ id: await seedPipeline(world.sql, world.workspace.id) }),
    row: (world, actor) => ({
      id: randomUUID(),
      workspace_id: world.workspace.id,
      name: 'New',
      draft: DOCUMENT,
      created_by: world.userId(actor),
    }),
    change: { name: 'Renamed' },
  },
  pipeline_versions: {
    // Made by ensure_version and request_run, published by publish_version.
    allowed: readOnly,
    seed: async (world) => ({ id: await seedVersion(world.sql, world.workspace.id, world.pipelineId) }),
    row: (world) => ({
      id: randomUUID(),
      workspace_id: world.workspace.id,
      pipeline_id: world.pipelineId,
      number: 1000,
      document: DOCUMENT,
      content_hash: randomUUID(),
    }),
    change: { note: 'Changed' },
  },
  schedules: {
    allowed: { select: members, insert: editors, update: editors, delete: editors },
    seed: async ({ sql, workspace, pipelineId }) => {
      const id = randomUUID();
      await sql`insert into public.schedules (id, workspace_id, pipeline_id, name, cron)
        values (${id}, ${workspace.id}, ${pipelineId}, 'Hourly', '0 * * * *')`;
      return { id };
    },
    row: (world, actor) => ({
      id: randomUUID(),
      workspace_id: world.workspace.id,
      pipeline_id: world.pipelineId,
      name: 'New',
      cron: '0 * * * *',
      owner_id: world.userId(actor),
    }),
    change: { cron: '5 * * * *' },
  },
  runs: {
    // Asked for by request_run, ended early by cancel_run; the rest is the runner's.
    allowed: readOnly,
    seed: async (world) => ({ id: await seedRun(world.sql, runOf(world)) }),
    row: (world) => ({
      id: randomUUID(),
      workspace_id: world.workspace.id,
      pipeline_id: world.pipelineId,
      version_id: world.versionId,
      status: 'succeeded',
    }),
    change: { engine: 'changed' },
  },
  node_runs: {
    allowed: readOnly,
    seed: async ({ sql, workspace, runId }) => {
      const node_id = `n${randomUUID().replaceAll('-', '')}`;
      await sql`insert into public.node_runs (run_id, node_id, workspace_id, type, name)
        values (${runId}, ${node_id}, ${workspace.id}, 'filter', 'Filter')`;
      return { run_id: runId, node_id };
    },
    row: (world) => ({
      run_id: world.runId,
      node_id: `n${randomUUID().replaceAll('-', '')}`,
      workspace_id: world.workspace.id,
      type: 'filter',
      name: 'Filter',
    }),
    change: { sql: 'select 1' },
  },
  observability_logs: {
    allowed: readOnly,
    seed: async ({ sql, workspace, runId }) => {
      const [log] = await sql`insert into public.observability_logs (workspace_id, run_id, level, message)
        values (${workspace.id}, ${runId}, 'info', 'Started') returning id`;
      return { id: log?.id };
    },
    row: (world) => ({
      workspace_id: world.workspace.id,
      run_id: world.runId,
      level: 'info',
      message: randomUUID(),
    }),
    change: { message: 'Changed' },
  },
  run_summaries: {
    allowed: readOnly,
    seed: async (world) => ({ id: await seedRun(world.sql, runOf(world)) }),
    row: () => ({ id: randomUUID(), status: 'succeeded' }),
    change: { engine: 'changed' },
  },
  pipeline_summaries: {
    allowed: readOnly,
    seed: async (world) => ({ id: await seedPipeline(world.sql, world.workspace.id) }),
    row: (world) => ({ id: randomUUID(), workspace_id: world.workspace.id, name: 'New' }),
    change: { name: 'Renamed' },
  },
  schedule_summaries: {
    allowed: readOnly,
    seed: async (world) => ({ id: world.scheduleId }),
    row: (world) => ({ id: randomUUID(), workspace_id: world.workspace.id, cron: '* * * * *' }),
    change: { cron: '* * * * *' },
  },
};

/** Every function in `public` and who may call it. The test fails for one that is missing here. */
export const CALLABLE: Readonly<Record<string, readonly ('anon' | 'authenticated' | 'service_role')[]>> = {
  // Says that the database answers, and nothing else.
  health: ['anon', 'authenticated', 'service_role'],
  create_workspace: ['authenticated'],
  workspace_members: ['authenticated'],
  add_member: ['authenticated'],
  change_member: ['authenticated'],
  set_retention: ['authenticated'],
  run_history: ['authenticated'],
  save_pipeline_draft: ['authenticated'],
  ensure_version: ['authenticated'],
  publish_version: ['authenticated'],
  request_run: ['authenticated'],
  cancel_run: ['authenticated'],
  claim_run: ['service_role'],
  heartbeat: ['service_role'],
  reap_interrupted: ['service_role'],
  fire_schedule: ['service_role'],
  apply_retention: ['service_role'],
};

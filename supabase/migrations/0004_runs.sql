-- What ran. People read; the runner writes (service role); people start and cancel through functions.

create table public.runs (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null,
  pipeline_id uuid not null,
  version_id uuid not null,
  status text not null default 'queued'
    check (status in ('queued', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled', 'interrupted')),
  trigger text not null default 'manual' check (trigger in ('manual', 'schedule', 'resume', 'api')),
  schedule_id uuid references public.schedules (id) on delete set null,
  -- The time of the schedule that this run answers, which is not the time at which it was queued.
  due_at timestamptz,
  requested_by uuid references auth.users (id) on delete set null,
  mode text not null default 'auto' check (mode in ('auto', 'memory', 'duckdb', 'distributed')),
  mode_reason text check (char_length(mode_reason) <= 2000),
  engine text check (char_length(engine) <= 100),
  parameters jsonb not null default '{}'
    check (jsonb_typeof(parameters) = 'object' and octet_length(parameters::text) <= 1048576),
  -- {from?, to?, only?, staging?}
  options jsonb not null default '{}'
    check (jsonb_typeof(options) = 'object' and octet_length(options::text) <= 262144),
  resumed_from uuid,
  queued_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  duration_ms double precision check (duration_ms >= 0),
  error jsonb check (octet_length(error::text) <= 4194304),
  segments jsonb check (octet_length(segments::text) <= 33554432),
  runner_id text check (char_length(runner_id) between 1 and 200),
  heartbeat_at timestamptz,
  cancel_requested_at timestamptz,
  constraint runs_pipeline foreign key (workspace_id, pipeline_id)
    references public.pipelines (workspace_id, id) on delete cascade,
  constraint runs_version foreign key (pipeline_id, version_id)
    references public.pipeline_versions (pipeline_id, id) on delete cascade,
  constraint runs_resumed_from foreign key (workspace_id, resumed_from)
    references public.runs (workspace_id, id) on delete set null (resumed_from),
  unique (workspace_id, id),
  unique (schedule_id, due_at)
);
create index runs_found on public.runs (workspace_id, pipeline_id, status, queued_at desc);
create index runs_recent on public.runs (workspace_id, queued_at desc);
create index runs_waiting on public.runs (queued_at) where status = 'queued';
create index runs_alive on public.runs (heartbeat_at) where status in ('running', 'cancelling');

alter table public.schedules add constraint schedules_last_run
  foreign key (workspace_id, last_run_id) references public.runs (workspace_id, id) on delete set null (last_run_id);

create table public.node_runs (
  run_id uuid not null,
  node_id text not null check (char_length(node_id) between 1 and 100),
  workspace_id uuid not null,
  type text not null check (char_length(type) between 1 and 80),
  name text not null check (char_length(name) between 1 and 200),
  status text not null default 'pending'
    check (status in ('pending', 'running', 'succeeded', 'failed', 'skipped', 'cancelled', 'disabled')),
  generation integer check (generation >= 0),
  reused boolean not null default false,
  reuse_reason text check (char_length(reuse_reason) <= 2000),
  rows_in bigint check (rows_in >= 0),
  inputs jsonb not null default '[]' check (octet_length(inputs::text) <= 1048576),
  rows_out bigint check (rows_out >= 0),
  rows_out_at_least bigint check (rows_out_at_least >= 0),
  duration_ms double precision check (duration_ms >= 0),
  peak_memory_bytes bigint check (peak_memory_bytes >= 0),
  engine text check (char_length(engine) <= 100),
  segment_id text check (char_length(segment_id) <= 200),
  schema jsonb check (octet_length(schema::text) <= 8388608),
  sample jsonb check (octet_length(sample::text) <= 67108864),
  input_samples jsonb check (octet_length(input_samples::text) <= 67108864),
  sql text check (char_length(sql) <= 1000000),
  merge jsonb not null default '[]' check (octet_length(merge::text) <= 1048576),
  warnings jsonb not null default '[]' check (octet_length(warnings::text) <= 4194304),
  error jsonb check (octet_length(error::text) <= 4194304),
  artefact jsonb check (octet_length(artefact::text) <= 1048576),
  skipped_because text check (char_length(skipped_because) <= 2000),
  started_at timestamptz,
  finished_at timestamptz,
  primary key (run_id, node_id),
  constraint node_runs_run foreign key (workspace_id, run_id)
    references public.runs (workspace_id, id) on delete cascade
);
create index node_runs_run on public.node_runs (workspace_id, run_id);

create table public.observability_logs (
  id bigint generated always as identity primary key,
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  -- Null for what concerns the workspace and no single run.
  run_id uuid,
  node_id text check (char_length(node_id) between 1 and 100),
  at timestamptz not null default now(),
  level text not null check (level in ('debug', 'info', 'warn', 'error')),
  message text not null check (char_length(message) <= 16000),
  fields jsonb check (octet_length(fields::text) <= 262144),
  constraint observability_logs_run foreign key (workspace_id, run_id)
    references public.runs (workspace_id, id) on delete cascade
);
create index observability_logs_run on public.observability_logs (run_id, id);
-- For retention: the oldest first.
create index observability_logs_at on public.observability_logs (workspace_id, at);

alter table public.runs enable row level security;
alter table public.node_runs enable row level security;
alter table public.observability_logs enable row level security;
create policy runs_select on public.runs for select to authenticated
  using (workspace_id in (select private.readable_workspaces()));
create policy node_runs_select on public.node_runs for select to authenticated
  using (workspace_id in (select private.readable_workspaces()));
create policy observability_logs_select on public.observability_logs for select to authenticated
  using (workspace_id in (select private.readable_workspaces()));

revoke all on public.runs, public.node_runs, public.observability_logs from public, anon, authenticated;
grant select on public.runs, public.node_runs, public.observability_logs to authenticated;
grant all on public.runs, public.node_runs, public.observability_logs to service_role;

-- When a pipeline runs by itself. What is due, and that it runs once, is decided in a later migration.

create table public.schedules (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null,
  pipeline_id uuid not null,
  -- Null runs the pipeline's live version, whatever that is by then.
  version_id uuid,
  name text not null check (char_length(name) between 1 and 200),
  cron text not null check (char_length(cron) between 1 and 200),
  time_zone text not null default 'UTC' check (char_length(time_zone) between 1 and 64),
  enabled boolean not null default true,
  overlap text not null default 'skip' check (overlap in ('skip', 'queue')),
  -- Whether a time missed while nothing was running is made good, once, on return.
  catch_up boolean not null default false,
  parameters jsonb not null default '{}'
    check (jsonb_typeof(parameters) = 'object' and octet_length(parameters::text) <= 1048576),
  owner_id uuid default auth.uid() references auth.users (id) on delete set null,
  next_due_at timestamptz,
  last_run_id uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint schedules_pipeline foreign key (workspace_id, pipeline_id)
    references public.pipelines (workspace_id, id) on delete cascade,
  constraint schedules_version foreign key (pipeline_id, version_id)
    references public.pipeline_versions (pipeline_id, id) on delete cascade,
  unique (workspace_id, id)
);
create index schedules_due on public.schedules (next_due_at) where enabled;
create index schedules_pipeline on public.schedules (workspace_id, pipeline_id);
create trigger touch_updated_at before update on public.schedules
  for each row execute function private.touch_updated_at();

alter table public.schedules enable row level security;
create policy schedules_select on public.schedules for select to authenticated
  using (workspace_id in (select private.readable_workspaces()));
create policy schedules_insert on public.schedules for insert to authenticated
  with check (workspace_id in (select private.editable_workspaces()) and owner_id = (select auth.uid()));
create policy schedules_update on public.schedules for update to authenticated
  using (workspace_id in (select private.editable_workspaces()))
  with check (workspace_id in (select private.editable_workspaces()));
create policy schedules_delete on public.schedules for delete to authenticated
  using (workspace_id in (select private.editable_workspaces()));

revoke all on public.schedules from public, anon, authenticated;
grant select, delete on public.schedules to authenticated;
grant insert (id, workspace_id, pipeline_id, version_id, name, cron, time_zone, enabled, overlap, catch_up, parameters,
  owner_id, next_due_at) on public.schedules to authenticated;
grant update (version_id, name, cron, time_zone, enabled, overlap, catch_up, parameters, next_due_at)
  on public.schedules to authenticated;
grant all on public.schedules to service_role;

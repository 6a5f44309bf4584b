-- Pipelines (the draft that people edit) and their versions (what ran, never changed again).

create table public.pipelines (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 200),
  draft jsonb not null check (jsonb_typeof(draft) = 'object' and octet_length(draft::text) <= 16777216),
  -- Positions and viewport, beside the document so that its versions show meaning, not pixels.
  view jsonb not null default '{}' check (jsonb_typeof(view) = 'object' and octet_length(view::text) <= 4194304),
  revision integer not null default 1 check (revision >= 1),
  live_version_id uuid,
  created_by uuid default auth.uid() references auth.users (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  -- The target of the composite keys below: what hangs on a pipeline is of the pipeline's workspace.
  unique (workspace_id, id)
);
create index pipelines_recent on public.pipelines (workspace_id, updated_at desc) where deleted_at is null;

create table public.pipeline_versions (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null,
  pipeline_id uuid not null,
  number integer not null check (number >= 1),
  document jsonb not null check (jsonb_typeof(document) = 'object' and octet_length(document::text) <= 16777216),
  content_hash text not null check (char_length(content_hash) between 16 and 128),
  published_at timestamptz,
  note text check (char_length(note) <= 2000),
  created_by uuid references auth.users (id) on delete set null,
  created_at timestamptz not null default now(),
  constraint pipeline_versions_pipeline foreign key (workspace_id, pipeline_id)
    references public.pipelines (workspace_id, id) on delete cascade,
  unique (pipeline_id, number),
  unique (pipeline_id, content_hash),
  unique (pipeline_id, id)
);

alter table public.pipelines add constraint pipelines_live_version
  foreign key (id, live_version_id) references public.pipeline_versions (pipeline_id, id)
  on delete set null (live_version_id);

create function private.touch_updated_at() returns trigger
  language plpgsql set search_path = ''
  as $$ begin new.updated_at := now(); return new; end $$;
revoke all on function private.touch_updated_at() from public;
create trigger touch_updated_at before update on public.pipelines
  for each row execute function private.touch_updated_at();

-- Holds for everybody, the runner and the owner of the database too: a run must show what ran.
create function private.refuse_changed_version() returns trigger
  language plpgsql set search_path = ''
  as $$
begin
  if row(new.id, new.workspace_id, new.pipeline_id, new.number, new.document, new.content_hash, new.created_at)
    is distinct from
    row(old.id, old.workspace_id, old.pipeline_id, old.number, old.document, old.content_hash, old.created_at)
  then
    raise exception 'a pipeline version is immutable' using errcode = 'check_violation';
  end if;
  return new;
end $$;
revoke all on function private.refuse_changed_version() from public;
create trigger immutable before update on public.pipeline_versions
  for each row execute function private.refuse_changed_version();

alter table public.pipelines enable row level security;
alter table public.pipeline_versions enable row level security;

create policy pipelines_select on public.pipelines for select to authenticated
  using (workspace_id in (select private.readable_workspaces()));
create policy pipelines_insert on public.pipelines for insert to authenticated
  with check (workspace_id in (select private.editable_workspaces()) and created_by = (select auth.uid()));
create policy pipelines_update on public.pipelines for update to authenticated
  using (workspace_id in (select private.editable_workspaces()))
  with check (workspace_id in (select private.editable_workspaces()));
create policy pipelines_delete on public.pipelines for delete to authenticated
  using (workspace_id in (select private.owned_workspaces()));
create policy pipeline_versions_select on public.pipeline_versions for select to authenticated
  using (workspace_id in (select private.readable_workspaces()));

revoke all on public.pipelines, public.pipeline_versions from public, anon, authenticated;
grant select, delete on public.pipelines to authenticated;
grant insert (id, workspace_id, name, draft, view, created_by) on public.pipelines to authenticated;
-- The draft changes through save_pipeline_draft alone, which minds the revision; people delete by `deleted_at`.
grant update (name, view, deleted_at) on public.pipelines to authenticated;
grant select on public.pipeline_versions to authenticated;
grant all on public.pipelines, public.pipeline_versions to service_role;

-- Saves if nobody saved in between. A conflict answers with the stored state, so that the person can choose.
create function public.save_pipeline_draft(
  p_id uuid, p_revision integer, p_draft jsonb, p_view jsonb default null, p_name text default null
) returns jsonb
  language plpgsql security definer set search_path = ''
  as $$
declare
  v_saved public.pipelines;
  v_current public.pipelines;
begin
  update public.pipelines p
  set draft = p_draft,
      view = coalesce(p_view, p.view),
      name = coalesce(p_name, p.name),
      revision = p.revision + 1
  where p.id = p_id and p.revision = p_revision and p.deleted_at is null
    and p.workspace_id in (select private.editable_workspaces())
  returning p.* into v_saved;
  if found then
    return jsonb_build_object('ok', true, 'revision', v_saved.revision, 'updated_at', v_saved.updated_at);
  end if;

  select * into v_current from public.pipelines p
  where p.id = p_id and p.workspace_id in (select private.readable_workspaces());
  return case
    when v_current.id is null or v_current.deleted_at is not null
      then jsonb_build_object('ok', false, 'code', 'not-found')
    when private.my_role(v_current.workspace_id) = 'viewer'
      then jsonb_build_object('ok', false, 'code', 'forbidden')
    else jsonb_build_object(
      'ok', false, 'code', 'conflict', 'revision', v_current.revision, 'updated_at', v_current.updated_at,
      'name', v_current.name, 'draft', v_current.draft, 'view', v_current.view)
  end;
end $$;

-- The version with this content, made if it is new. Locks the pipeline, so that numbers have no gaps or doubles.
create function private.version_of(p_pipeline_id uuid, p_document jsonb, p_content_hash text, p_user uuid)
  returns public.pipeline_versions
  language plpgsql security definer set search_path = ''
  as $$
declare
  v_workspace uuid;
  v_version public.pipeline_versions;
begin
  select workspace_id into v_workspace from public.pipelines where id = p_pipeline_id for update;
  select * into v_version from public.pipeline_versions
  where pipeline_id = p_pipeline_id and content_hash = p_content_hash;
  if not found then
    insert into public.pipeline_versions (workspace_id, pipeline_id, number, document, content_hash, created_by)
    values (
      v_workspace, p_pipeline_id,
      (select coalesce(max(number), 0) + 1 from public.pipeline_versions where pipeline_id = p_pipeline_id),
      p_document, p_content_hash, p_user)
    returning * into v_version;
  end if;
  return v_version;
end $$;
revoke all on function private.version_of(uuid, jsonb, text, uuid) from public;

-- Null when the caller may write this pipeline, else the refusal to answer with. Strangers learn nothing.
create function private.refusal(p_pipeline_id uuid) returns jsonb
  language plpgsql stable security definer set search_path = ''
  as $$
declare
  v_pipeline public.pipelines;
begin
  select * into v_pipeline from public.pipelines
  where id = p_pipeline_id and deleted_at is null and workspace_id in (select private.readable_workspaces());
  return case
    when v_pipeline.id is null then jsonb_build_object('ok', false, 'code', 'not-found')
    when private.my_role(v_pipeline.workspace_id) = 'viewer' then jsonb_build_object('ok', false, 'code', 'forbidden')
  end;
end $$;
revoke all on function private.refusal(uuid) from public;

create function public.ensure_version(p_pipeline_id uuid, p_document jsonb, p_content_hash text) returns jsonb
  language plpgsql security definer set search_path = ''
  as $$
declare
  v_refusal jsonb := private.refusal(p_pipeline_id);
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  return jsonb_build_object(
    'ok', true,
    'version', to_jsonb(private.version_of(p_pipeline_id, p_document, p_content_hash, auth.uid())));
end $$;

-- Names the version that schedules and webhooks run.
create function public.publish_version(p_pipeline_id uuid, p_version_id uuid, p_note text default null) returns jsonb
  language plpgsql security definer set search_path = ''
  as $$
declare
  v_refusal jsonb := private.refusal(p_pipeline_id);
  v_version public.pipeline_versions;
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  update public.pipeline_versions
  set published_at = now(), note = coalesce(p_note, note)
  where id = p_version_id and pipeline_id = p_pipeline_id
  returning * into v_version;
  if not found then
    return jsonb_build_object('ok', false, 'code', 'version-not-found');
  end if;
  update public.pipelines set live_version_id = p_version_id where id = p_pipeline_id;
  return jsonb_build_object('ok', true, 'version', to_jsonb(v_version));
end $$;

revoke all on function public.save_pipeline_draft(uuid, integer, jsonb, jsonb, text),
  public.ensure_version(uuid, jsonb, text), public.publish_version(uuid, uuid, text)
  from public, anon, authenticated, service_role;
grant execute on function public.save_pipeline_draft(uuid, integer, jsonb, jsonb, text),
  public.ensure_version(uuid, jsonb, text), public.publish_version(uuid, uuid, text)
  to authenticated;

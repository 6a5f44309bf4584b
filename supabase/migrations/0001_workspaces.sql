-- Workspaces and their members. Everything else belongs to a workspace, so these few functions decide who sees what.

-- Helpers live outside `public`, so that the REST interface does not offer them as calls.
create schema if not exists private;
revoke all on schema private from public;
grant usage on schema private to authenticated, service_role;

create table public.workspaces (
  id uuid primary key default gen_random_uuid(),
  name text not null check (char_length(name) between 1 and 200),
  settings jsonb not null default '{}'
    check (jsonb_typeof(settings) = 'object' and octet_length(settings::text) <= 262144),
  created_at timestamptz not null default now()
);

create table public.members (
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  role text not null check (role in ('owner', 'editor', 'viewer')),
  created_at timestamptz not null default now(),
  primary key (workspace_id, user_id)
);
create index members_user on public.members (user_id);

-- Security definer, so that the policies on `members` may ask about members without asking themselves.
-- Sets instead of a yes-or-no per row: a policy's `in (select …)` is computed once per statement.
create function private.readable_workspaces() returns setof uuid
  language sql stable security definer set search_path = ''
  as $$ select workspace_id from public.members where user_id = (select auth.uid()) $$;

create function private.editable_workspaces() returns setof uuid
  language sql stable security definer set search_path = ''
  as $$ select workspace_id from public.members where user_id = (select auth.uid()) and role in ('owner', 'editor') $$;

create function private.owned_workspaces() returns setof uuid
  language sql stable security definer set search_path = ''
  as $$ select workspace_id from public.members where user_id = (select auth.uid()) and role = 'owner' $$;

-- The caller's role in a workspace; null for a stranger.
create function private.my_role(p_workspace_id uuid) returns text
  language sql stable security definer set search_path = ''
  as $$ select role from public.members where workspace_id = p_workspace_id and user_id = (select auth.uid()) $$;

revoke all on all functions in schema private from public;
grant execute on all functions in schema private to authenticated, service_role;

-- A workspace always keeps one owner, else nobody could ever invite another. (It may go as a whole, or with its user.)
create function private.keep_an_owner() returns trigger
  language plpgsql security definer set search_path = ''
  as $$
begin
  if old.role = 'owner'
    and (tg_op = 'DELETE' or new.role <> 'owner' or new.workspace_id <> old.workspace_id)
    -- Locks the workspace, so that two owners who step down at once wait for each other.
    and exists (select 1 from public.workspaces where id = old.workspace_id for update)
    and exists (select 1 from auth.users where id = old.user_id)
    and not exists (
      select 1 from public.members
      where workspace_id = old.workspace_id and role = 'owner' and user_id <> old.user_id)
  then
    raise exception 'a workspace keeps at least one owner' using errcode = 'check_violation';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
revoke all on function private.keep_an_owner() from public;
create trigger keep_an_owner before update or delete on public.members
  for each row execute function private.keep_an_owner();

alter table public.workspaces enable row level security;
alter table public.members enable row level security;

create policy workspaces_select on public.workspaces for select to authenticated
  using (id in (select private.readable_workspaces()));
create policy workspaces_update on public.workspaces for update to authenticated
  using (id in (select private.owned_workspaces()))
  with check (id in (select private.owned_workspaces()));
create policy workspaces_delete on public.workspaces for delete to authenticated
  using (id in (select private.owned_workspaces()));

create policy members_select on public.members for select to authenticated
  using (workspace_id in (select private.readable_workspaces()));
create policy members_insert on public.members for insert to authenticated
  with check (workspace_id in (select private.owned_workspaces()));
create policy members_update on public.members for update to authenticated
  using (workspace_id in (select private.owned_workspaces()))
  with check (workspace_id in (select private.owned_workspaces()));
create policy members_delete on public.members for delete to authenticated
  using (workspace_id in (select private.owned_workspaces()));

-- A hosted project grants everything on new tables to everybody and relies on policies alone; here both must agree.
revoke all on public.workspaces, public.members from public, anon, authenticated;
grant select, delete on public.workspaces to authenticated;
grant update (name, settings) on public.workspaces to authenticated;
grant select, insert, delete on public.members to authenticated;
grant update (role) on public.members to authenticated;
grant all on public.workspaces, public.members to service_role;

-- The only way to a new workspace: with its first owner, or not at all.
create function public.create_workspace(p_name text) returns jsonb
  language plpgsql security definer set search_path = ''
  as $$
declare
  v_user uuid := auth.uid();
  v_name text := btrim(coalesce(p_name, ''));
  v_id uuid;
begin
  if v_user is null then
    return jsonb_build_object('ok', false, 'code', 'unauthenticated');
  end if;
  if char_length(v_name) not between 1 and 200 then
    return jsonb_build_object('ok', false, 'code', 'bad-name');
  end if;
  insert into public.workspaces (name) values (v_name) returning id into v_id;
  insert into public.members (workspace_id, user_id, role) values (v_id, v_user, 'owner');
  return jsonb_build_object('ok', true, 'workspace_id', v_id);
end $$;
revoke all on function public.create_workspace(text) from public, anon, authenticated, service_role;
grant execute on function public.create_workspace(text) to authenticated;

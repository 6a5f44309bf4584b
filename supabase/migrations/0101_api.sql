-- What the HTTP API reads in one question each. Views with the caller's own rights: row-level security decides.

create index runs_of_pipeline on public.runs (pipeline_id, queued_at desc);

create view public.run_summaries with (security_invoker = true) as
  select r.id, r.workspace_id, r.pipeline_id, p.name as pipeline_name, v.number as version, r.version_id, r.status,
    r.trigger, r.schedule_id, r.due_at, r.resumed_from, r.mode, r.mode_reason, r.engine, r.parameters, r.options,
    r.queued_at, r.started_at, r.finished_at, r.duration_ms, r.error, r.segments
  from public.runs r
  join public.pipelines p on p.id = r.pipeline_id
  join public.pipeline_versions v on v.id = r.version_id;

create view public.pipeline_summaries with (security_invoker = true) as
  select p.id, p.workspace_id, p.name, coalesce(p.draft ->> 'description', '') as description, p.revision,
    v.number as live_version,
    case when jsonb_typeof(p.draft -> 'nodes') = 'array' then jsonb_array_length(p.draft -> 'nodes') else 0 end
      as node_count,
    l.last_run, p.created_at, p.updated_at
  from public.pipelines p
  left join public.pipeline_versions v on v.id = p.live_version_id
  left join lateral (
    select jsonb_build_object('id', r.id, 'status', r.status, 'queuedAt', r.queued_at, 'finishedAt', r.finished_at,
      'durationMs', r.duration_ms) as last_run
    from public.runs r where r.pipeline_id = p.id
    order by r.queued_at desc limit 1) l on true
  where p.deleted_at is null;

create view public.schedule_summaries with (security_invoker = true) as
  select s.id, s.workspace_id, s.pipeline_id, p.name as pipeline_name, s.cron, s.time_zone, s.enabled, s.overlap,
    s.catch_up, s.parameters, v.number as version, s.owner_id, s.next_due_at, s.skipped_due_at, s.skipped_reason,
    case when r.id is not null then
      jsonb_build_object('id', r.id, 'status', r.status, 'queuedAt', r.queued_at, 'finishedAt', r.finished_at,
        'durationMs', r.duration_ms) end as last_run,
    s.created_at
  from public.schedules s
  join public.pipelines p on p.id = s.pipeline_id and p.deleted_at is null
  left join public.pipeline_versions v on v.id = s.version_id
  left join public.runs r on r.id = s.last_run_id;

revoke all on public.run_summaries, public.pipeline_summaries, public.schedule_summaries
  from public, anon, authenticated;
grant select on public.run_summaries, public.pipeline_summaries, public.schedule_summaries
  to authenticated, service_role;

-- Members with their addresses, which live in a table that nobody else may read.
create function public.workspace_members(p_workspace_id uuid) returns jsonb
  language sql stable security definer set search_path = ''
  as $$
    select coalesce(jsonb_agg(
      jsonb_build_object('userId', m.user_id, 'email', u.email, 'role', m.role, 'createdAt', m.created_at)
      order by m.created_at, m.user_id), '[]')
    from public.members m join auth.users u on u.id = m.user_id
    where m.workspace_id = p_workspace_id and p_workspace_id in (select private.readable_workspaces())
  $$;

-- Adds a person who has an account. Only an owner may ask, so that nobody else learns who has one.
create function public.add_member(p_workspace_id uuid, p_email text, p_role text) returns jsonb
  language plpgsql security definer set search_path = ''
  as $$
declare
  v_role text := private.my_role(p_workspace_id);
  v_user uuid;
begin
  if v_role is null then
    return jsonb_build_object('ok', false, 'code', 'not-found');
  end if;
  if v_role <> 'owner' then
    return jsonb_build_object('ok', false, 'code', 'forbidden');
  end if;
  if p_role is null or p_role not in ('owner', 'editor', 'viewer') then
    return jsonb_build_object('ok', false, 'code', 'bad-request');
  end if;
  select id into v_user from auth.users where lower(email) = lower(btrim(p_email)) limit 1;
  if v_user is null then
    return jsonb_build_object('ok', false, 'code', 'no-account');
  end if;
  insert into public.members (workspace_id, user_id, role) values (p_workspace_id, v_user, p_role)
  on conflict do nothing;
  if not found then
    return jsonb_build_object('ok', false, 'code', 'already-member');
  end if;
  return jsonb_build_object('ok', true, 'user_id', v_user);
end $$;

-- Changes a role, or takes the person out (`p_role` null). The last owner stays: an answer, where a plain update would
-- end in a raised error.
create function public.change_member(p_workspace_id uuid, p_user_id uuid, p_role text default null) returns jsonb
  language plpgsql security definer set search_path = ''
  as $$
declare
  v_role text := private.my_role(p_workspace_id);
begin
  if v_role is null then
    return jsonb_build_object('ok', false, 'code', 'not-found');
  end if;
  -- Anybody may leave.
  if v_role <> 'owner' and not (p_role is null and p_user_id = auth.uid()) then
    return jsonb_build_object('ok', false, 'code', 'forbidden');
  end if;
  if p_role is not null and p_role not in ('owner', 'editor', 'viewer') then
    return jsonb_build_object('ok', false, 'code', 'bad-request');
  end if;
  if p_role is null then
    delete from public.members where workspace_id = p_workspace_id and user_id = p_user_id;
  else
    update public.members set role = p_role where workspace_id = p_workspace_id and user_id = p_user_id;
  end if;
  if not found then
    return jsonb_build_object('ok', false, 'code', 'not-found');
  end if;
  return jsonb_build_object('ok', true);
exception when check_violation then
  return jsonb_build_object('ok', false, 'code', 'last-owner');
end $$;

revoke all on function public.workspace_members(uuid), public.add_member(uuid, text, text),
  public.change_member(uuid, uuid, text) from public, anon, authenticated, service_role;
grant execute on function public.workspace_members(uuid), public.add_member(uuid, text, text),
  public.change_member(uuid, uuid, text) to authenticated;

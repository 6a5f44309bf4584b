-- How long a workspace keeps its logs and runs, and its history in numbers.

create index runs_ended on public.runs (workspace_id, finished_at) include (status, duration_ms);

-- A number of days out of `settings.retention`; null where none is set. Owners may write the settings as they like,
-- and a bad value in one workspace must not stop the retention of all.
create function private.retention_days(p_settings jsonb, p_key text) returns double precision
  language sql immutable set search_path = ''
  as $$
    select case when jsonb_typeof(v) = 'number' then
      case when (v #>> '{}')::numeric between 1 and 3650 then (v #>> '{}')::double precision end end
    from (select p_settings -> 'retention' -> p_key as v) s
  $$;
revoke all on function private.retention_days(jsonb, text) from public;
grant execute on function private.retention_days(jsonb, text) to authenticated, service_role;

-- Sets both at once; null means the server's default for logs, and for ever for runs. With the caller's own rights:
-- the policy lets owners alone change a workspace. The other settings stay.
create function public.set_retention(p_workspace_id uuid, p_log_days integer default null, p_run_days integer default null)
  returns jsonb
  language plpgsql set search_path = ''
  as $$
begin
  if p_log_days not between 1 and 3650 or p_run_days not between 1 and 3650 then
    return jsonb_build_object('ok', false, 'code', 'bad-request');
  end if;
  update public.workspaces
  set settings = settings || jsonb_build_object('retention',
    jsonb_strip_nulls(jsonb_build_object('logDays', p_log_days, 'runDays', p_run_days)))
  where id = p_workspace_id;
  if not found then
    return jsonb_build_object('ok', false, 'code', 'not-found');
  end if;
  return jsonb_build_object('ok', true);
end $$;
revoke all on function public.set_retention(uuid, integer, integer) from public, anon, authenticated, service_role;
grant execute on function public.set_retention(uuid, integer, integer) to authenticated;

-- Deletes what is older than its workspace keeps, a part at a time so that no statement takes long; the runner calls
-- until nothing was deleted. A pipeline's newest run stays, for its last status, and one that is being resumed.
create function public.apply_retention(p_log_days double precision, p_logs_at_once integer default 20000,
    p_runs_at_once integer default 200) returns jsonb
  language plpgsql set search_path = ''
  as $$
declare
  v_logs integer;
  v_runs integer;
begin
  delete from public.observability_logs where id in (
    select l.id
    from public.workspaces w
    cross join lateral (
      select o.id from public.observability_logs o
      where o.workspace_id = w.id
        and o.at < now() - make_interval(
          secs => coalesce(private.retention_days(w.settings, 'logDays'), p_log_days) * 86400)
      order by o.at limit p_logs_at_once) l
    limit p_logs_at_once);
  get diagnostics v_logs = row_count;
  delete from public.runs where id in (
    select r.id
    from public.workspaces w
    join public.runs r on r.workspace_id = w.id
      and r.finished_at < now() - make_interval(secs => private.retention_days(w.settings, 'runDays') * 86400)
    where private.retention_days(w.settings, 'runDays') is not null
      and r.status in ('succeeded', 'failed', 'cancelled', 'interrupted')
      and exists (
        select from public.runs newer where newer.pipeline_id = r.pipeline_id and newer.queued_at > r.queued_at)
      and not exists (
        select from public.runs resumed
        where resumed.workspace_id = r.workspace_id and resumed.resumed_from = r.id
          and resumed.status in ('queued', 'running', 'cancelling'))
    limit p_runs_at_once);
  get diagnostics v_runs = row_count;
  return jsonb_build_object('logs', v_logs, 'runs', v_runs);
end $$;
revoke all on function public.apply_retention(double precision, integer, integer)
  from public, anon, authenticated, service_role;
grant execute on function public.apply_retention(double precision, integer, integer) to service_role;

-- What ended on each of the last days of the caller's calendar, all of them together, and the last ten runs of each
-- pipeline, oldest first. With the caller's own rights: a stranger gets empty lists. Days without runs are left out.
create function public.run_history(p_workspace_id uuid, p_days integer, p_time_zone text) returns jsonb
  language plpgsql stable set search_path = ''
  as $$
declare
  v_start timestamptz;
begin
  if p_days is null or p_days not between 1 and 366 then
    return jsonb_build_object('ok', false, 'code', 'bad-request');
  end if;
  begin
    v_start := ((now() at time zone p_time_zone)::date - (p_days - 1))::timestamp at time zone p_time_zone;
  exception when invalid_parameter_value then
    return jsonb_build_object('ok', false, 'code', 'unknown-time-zone');
  end;
  return (
    with ended as (
      select r.status, r.duration_ms, (r.finished_at at time zone p_time_zone)::date as day
      from public.runs r
      where r.workspace_id = p_workspace_id and r.finished_at >= v_start),
    counted as (
      select day,
        count(*) filter (where status = 'succeeded') as succeeded,
        count(*) filter (where status in ('failed', 'interrupted')) as failed,
        count(*) filter (where status = 'cancelled') as cancelled,
        percentile_cont(0.5) within group (order by duration_ms) filter (where status = 'succeeded') as median_ms
      from ended group by grouping sets ((day), ()))
    select jsonb_build_object(
      'ok', true,
      'days', coalesce((
        select jsonb_agg(jsonb_build_object('day', day, 'succeeded', succeeded, 'failed', failed,
          'cancelled', cancelled, 'medianMs', median_ms) order by day)
        from counted where day is not null), '[]'),
      'all', (
        select jsonb_build_object('succeeded', succeeded, 'failed', failed, 'cancelled', cancelled,
          'medianMs', median_ms)
        from counted where day is null),
      'pipelines', coalesce((
        select jsonb_agg(jsonb_build_object('pipelineId', p.id, 'runs', l.runs))
        from public.pipelines p
        cross join lateral (
          select jsonb_agg(jsonb_build_object('id', r.id, 'status', r.status, 'queuedAt', r.queued_at,
            'finishedAt', r.finished_at, 'durationMs', r.duration_ms) order by r.queued_at) as runs
          from (
            select * from public.runs r
            where r.pipeline_id = p.id order by r.queued_at desc limit 10) r) l
        where p.workspace_id = p_workspace_id and p.deleted_at is null and l.runs is not null), '[]')));
end $$;
revoke all on function public.run_history(uuid, integer, text) from public, anon, authenticated, service_role;
grant execute on function public.run_history(uuid, integer, text) to authenticated;

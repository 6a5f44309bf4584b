-- Firing schedules: a due time becomes one run, or a reason why not, exactly once however many runners look.

alter table public.schedules
  -- The last due time that made no run, and why, in words.
  add column skipped_due_at timestamptz,
  add column skipped_reason text check (char_length(skipped_reason) between 1 and 500),
  add constraint schedules_skipped check ((skipped_due_at is null) = (skipped_reason is null));

-- Which runs of a schedule have not ended: asked at each firing and each claim.
create index runs_of_schedule on public.runs (schedule_id, queued_at) where schedule_id is not null;

-- Answers one due time and moves the schedule on to `p_next_due_at`, both or nothing. The next time is worked out by
-- the caller, because the database knows no cron. Whoever comes second finds another `next_due_at`, or the row locked.
-- `p_missed` says that the time passed while nothing was running. Without a next time the schedule stands still.
create function public.fire_schedule(
  p_schedule_id uuid, p_due_at timestamptz, p_missed boolean default false, p_next_due_at timestamptz default null
) returns jsonb
  language plpgsql security definer set search_path = ''
  as $$
declare
  v_schedule public.schedules;
  v_pipeline public.pipelines;
  v_version public.pipeline_versions;
  v_reason text;
  v_run uuid;
begin
  select * into v_schedule from public.schedules
  where id = p_schedule_id and enabled and next_due_at = p_due_at
  for update skip locked;
  if not found then
    return jsonb_build_object('ok', true, 'fired', false);
  end if;
  select * into v_pipeline from public.pipelines where id = v_schedule.pipeline_id;
  select * into v_version from public.pipeline_versions
  where id = coalesce(v_schedule.version_id, v_pipeline.live_version_id);

  v_reason := case
    when v_pipeline.deleted_at is not null then 'the pipeline was deleted'
    when v_version.id is null then 'no version of the pipeline is live'
    when p_missed and not v_schedule.catch_up then 'Sluice was not running at that time'
    when v_schedule.overlap = 'skip' and exists (
      select 1 from public.runs
      where schedule_id = p_schedule_id and status in ('queued', 'running', 'cancelling'))
      then 'the run before had not ended'
  end;
  if v_reason is null then
    insert into public.runs (
      workspace_id, pipeline_id, version_id, trigger, schedule_id, due_at, requested_by, mode, parameters)
    values (
      v_schedule.workspace_id, v_schedule.pipeline_id, v_version.id, 'schedule', p_schedule_id, p_due_at,
      v_schedule.owner_id,
      case when v_version.document #>> '{settings,mode}' in ('memory', 'duckdb', 'distributed')
        then v_version.document #>> '{settings,mode}' else 'auto' end,
      v_schedule.parameters)
    -- A schedule that was set back to a time it has answered already makes no second run of it.
    on conflict (schedule_id, due_at) do nothing
    returning id into v_run;
  end if;
  update public.schedules
  set next_due_at = p_next_due_at,
      last_run_id = coalesce(v_run, last_run_id),
      skipped_due_at = case when v_reason is not null then p_due_at end,
      skipped_reason = v_reason
  where id = p_schedule_id;
  return jsonb_build_object('ok', true, 'fired', v_run is not null, 'run_id', v_run, 'reason', v_reason);
end $$;
revoke all on function public.fire_schedule(uuid, timestamptz, boolean, timestamptz)
  from public, anon, authenticated, service_role;
grant execute on function public.fire_schedule(uuid, timestamptz, boolean, timestamptz) to service_role;

-- As before, but the runs of one schedule take turns: one that waits (`overlap = 'queue'`) is not handed out while
-- another is under way or waits longer. The older waiting one matters, because a runner that is just taking it has
-- not committed yet.
create or replace function public.claim_run(p_runner_id text) returns jsonb
  language plpgsql security definer set search_path = ''
  as $$
declare
  v_run public.runs;
begin
  update public.runs r
  set status = 'running', runner_id = p_runner_id, started_at = now(), heartbeat_at = now()
  where r.id = (
    select w.id from public.runs w
    where w.status = 'queued' and not exists (
      select 1 from public.runs o
      where o.schedule_id = w.schedule_id
        and (o.status in ('running', 'cancelling')
          or o.status = 'queued' and (o.queued_at, o.id) < (w.queued_at, w.id)))
    order by w.queued_at, w.id
    limit 1
    for update skip locked)
  returning r.* into v_run;
  if not found then
    return null;
  end if;
  return (
    select jsonb_build_object('run', to_jsonb(v_run), 'document', v.document, 'version_number', v.number,
      'pipeline_name', p.name)
    from public.pipeline_versions v join public.pipelines p on p.id = v.pipeline_id
    where v.id = v_run.version_id);
end $$;

-- A run's life: asked for, claimed by one runner, kept alive by its heartbeat, cancelled, or given up for lost.

-- Queues a run of a stored version, or of a document that becomes one. Both or nothing.
create function public.request_run(
  p_pipeline_id uuid,
  p_document jsonb default null,
  p_content_hash text default null,
  p_version_id uuid default null,
  p_trigger text default 'manual',
  p_mode text default 'auto',
  p_parameters jsonb default '{}',
  p_options jsonb default '{}',
  p_resumed_from uuid default null
) returns jsonb
  language plpgsql security definer set search_path = ''
  as $$
declare
  v_refusal jsonb := private.refusal(p_pipeline_id);
  v_version uuid := p_version_id;
  v_run public.runs;
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  if p_trigger not in ('manual', 'resume', 'api') or p_mode not in ('auto', 'memory', 'duckdb', 'distributed') then
    return jsonb_build_object('ok', false, 'code', 'bad-request');
  end if;
  if p_resumed_from is not null and not exists (
    select 1 from public.runs where id = p_resumed_from and pipeline_id = p_pipeline_id)
  then
    return jsonb_build_object('ok', false, 'code', 'run-not-found');
  end if;
  if v_version is not null then
    if not exists (select 1 from public.pipeline_versions where id = v_version and pipeline_id = p_pipeline_id) then
      return jsonb_build_object('ok', false, 'code', 'version-not-found');
    end if;
  elsif p_document is null or p_content_hash is null then
    return jsonb_build_object('ok', false, 'code', 'bad-request');
  else
    v_version := (private.version_of(p_pipeline_id, p_document, p_content_hash, auth.uid())).id;
  end if;
  insert into public.runs (
    workspace_id, pipeline_id, version_id, trigger, requested_by, mode, parameters, options, resumed_from)
  select p.workspace_id, p.id, v_version, p_trigger, auth.uid(), p_mode,
    coalesce(p_parameters, '{}'), coalesce(p_options, '{}'), p_resumed_from
  from public.pipelines p where p.id = p_pipeline_id
  returning * into v_run;
  return jsonb_build_object('ok', true, 'run_id', v_run.id, 'version_id', v_version, 'queued_at', v_run.queued_at);
end $$;

-- A queued run ends at once; a running one is asked to, and its runner hears of it with the next heartbeat at latest.
create function public.cancel_run(p_run_id uuid) returns jsonb
  language plpgsql security definer set search_path = ''
  as $$
declare
  v_run public.runs;
begin
  select * into v_run from public.runs
  where id = p_run_id and workspace_id in (select private.readable_workspaces())
  for update;
  if not found then
    return jsonb_build_object('ok', false, 'code', 'not-found');
  end if;
  if private.my_role(v_run.workspace_id) = 'viewer' then
    return jsonb_build_object('ok', false, 'code', 'forbidden');
  end if;
  update public.runs r
  set status = case r.status when 'queued' then 'cancelled' else 'cancelling' end,
      finished_at = case r.status when 'queued' then now() end,
      cancel_requested_at = now()
  where r.id = p_run_id and r.status in ('queued', 'running')
  returning * into v_run;
  return jsonb_build_object('ok', true, 'status', v_run.status);
end $$;

-- Hands the oldest waiting run to one runner, with the document to run; null when nothing waits.
create function public.claim_run(p_runner_id text) returns jsonb
  language plpgsql security definer set search_path = ''
  as $$
declare
  v_run public.runs;
begin
  update public.runs r
  set status = 'running', runner_id = p_runner_id, started_at = now(), heartbeat_at = now()
  where r.id = (
    select w.id from public.runs w where w.status = 'queued'
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

-- Says that these runs live. Answers which of them somebody wants cancelled, and which are no longer this runner's.
create function public.heartbeat(p_runner_id text, p_run_ids uuid[]) returns jsonb
  language plpgsql security definer set search_path = ''
  as $$
declare
  v_mine uuid[];
begin
  with beaten as (
    update public.runs set heartbeat_at = now()
    where id = any (p_run_ids) and runner_id = p_runner_id and status in ('running', 'cancelling')
    returning id)
  select coalesce(array_agg(id), '{}') into v_mine from beaten;
  return jsonb_build_object(
    'cancel', (select coalesce(jsonb_agg(id), '[]') from public.runs where id = any (v_mine) and status = 'cancelling'),
    'lost', (select coalesce(jsonb_agg(id), '[]') from unnest(p_run_ids) as id where id <> all (v_mine)));
end $$;

-- Ends the runs whose runner is gone: silent for too long, or (`p_runner_id`) known to have been started anew.
-- What had finished stays as it is; one whose cancelling was under way counts as cancelled.
create function public.reap_interrupted(p_stale_after_seconds double precision, p_runner_id text default null)
  returns jsonb
  language plpgsql security definer set search_path = ''
  as $$
declare
  v_error jsonb := jsonb_build_object(
    'code', 'runner-lost',
    'message', 'The runner stopped before this run had finished.',
    'hint', 'Resume the run: what had finished is kept.');
  v_ids uuid[];
begin
  with lost as (
    select id from public.runs
    where status in ('running', 'cancelling')
      and (heartbeat_at is null or heartbeat_at < now() - make_interval(secs => p_stale_after_seconds)
        or runner_id = p_runner_id)
    for update skip locked),
  ended as (
    update public.runs r
    set status = case r.status when 'cancelling' then 'cancelled' else 'interrupted' end,
        finished_at = now(),
        duration_ms = extract(epoch from now() - r.started_at) * 1000,
        error = case r.status when 'cancelling' then r.error else v_error end
    from lost where r.id = lost.id
    returning r.id)
  select coalesce(array_agg(id), '{}') into v_ids from ended;

  update public.node_runs n
  set status = case
        when n.status = 'pending' then 'skipped'
        when r.status = 'cancelled' then 'cancelled'
        else 'failed' end,
      error = case when n.status = 'running' and r.status = 'interrupted' then v_error else n.error end,
      skipped_because = case
        when n.status <> 'pending' then n.skipped_because
        when r.status = 'cancelled' then 'the run was cancelled'
        else 'the runner stopped' end,
      finished_at = now()
  from public.runs r
  where r.id = n.run_id and n.run_id = any (v_ids) and n.status in ('pending', 'running');
  return jsonb_build_object('ok', true, 'run_ids', to_jsonb(v_ids));
end $$;

revoke all on function
  public.request_run(uuid, jsonb, text, uuid, text, text, jsonb, jsonb, uuid), public.cancel_run(uuid),
  public.claim_run(text), public.heartbeat(text, uuid[]), public.reap_interrupted(double precision, text)
  from public, anon, authenticated, service_role;
grant execute on function
  public.request_run(uuid, jsonb, text, uuid, text, text, jsonb, jsonb, uuid), public.cancel_run(uuid)
  to authenticated;
grant execute on function
  public.claim_run(text), public.heartbeat(text, uuid[]), public.reap_interrupted(double precision, text)
  to service_role;

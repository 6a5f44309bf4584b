-- Who asks for a run is answered with its summary at once, instead of asking for that again.
create or replace function public.request_run(
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
  return jsonb_build_object('ok', true, 'run_id', v_run.id, 'version_id', v_version, 'queued_at', v_run.queued_at,
    'run', (select to_jsonb(s) - 'segments' from public.run_summaries s where s.id = v_run.id));
end $$;

-- Who asks for a run is answered with its summary at once, instead of asking for that again.

alter function public.request_run(uuid, jsonb, text, uuid, text, text, jsonb, jsonb, uuid) set schema private;
revoke all on function private.request_run(uuid, jsonb, text, uuid, text, text, jsonb, jsonb, uuid)
  from public, anon, authenticated, service_role;

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
  v_answer jsonb := private.request_run(p_pipeline_id, p_document, p_content_hash, p_version_id, p_trigger, p_mode,
    p_parameters, p_options, p_resumed_from);
begin
  if not (v_answer ->> 'ok')::boolean then
    return v_answer;
  end if;
  return v_answer || jsonb_build_object('run',
    (select to_jsonb(s) - 'segments' from public.run_summaries s where s.id = (v_answer ->> 'run_id')::uuid));
end $$;
revoke all on function public.request_run(uuid, jsonb, text, uuid, text, text, jsonb, jsonb, uuid)
  from public, anon, authenticated, service_role;
grant execute on function public.request_run(uuid, jsonb, text, uuid, text, text, jsonb, jsonb, uuid) to authenticated;

-- Answers whoever asks whether the database is there, and tells nothing else.
create function public.health() returns boolean
  language sql stable set search_path = ''
  as $$ select true $$;
revoke all on function public.health() from public, anon, authenticated, service_role;
grant execute on function public.health() to anon, authenticated, service_role;

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SupabaseClient } from '@supabase/supabase-js';
import { testSupabase, type TestSupabase } from '#server/supabase/testing/test-supabase.ts';
import { READS, type Query } from './contract-reads.ts';
import { WRITES } from './contract-writes.ts';
import { postgrestBinary, startPostgrest, type Postgrest } from './postgrest.ts';
import { makeWorld, seedRun, seedVersion, type World } from './world.ts';

const binary = postgrestBinary();

it.runIf(process.env.CI)('the real PostgREST is there to compare with', () => {
  expect(binary).toBeDefined();
});

describe.skipIf(!binary)('the embedded gateway answers as PostgREST does', () => {
  let supabase: TestSupabase;
  let postgrest: Postgrest;
  let shared: World;
  beforeAll(async () => {
    supabase = await testSupabase();
    postgrest = await startPostgrest(binary ?? '', supabase.databaseUrl, supabase.jwtSecret);
    shared = await seededWorld();
  });
  afterAll(() => postgrest.stop());

  async function seededWorld(): Promise<World> {
    const world = await makeWorld(supabase);
    const { sql, workspace, runId, scheduleId } = world;
    for (const [index, level] of ['info', 'warn', 'error', 'info', 'warn'].entries()) {
      await sql`insert into public.observability_logs (workspace_id, run_id, level, message, fields, at)
        values (${workspace.id}, ${runId}, ${level}, ${`line ${index} "ü"`}, ${sql.json({ index, none: null })}, '2026-01-31 09:00:00.5+00')`;
    }
    for (const name of ['a', 'b']) {
      await sql`insert into public.node_runs (run_id, node_id, workspace_id, type, name, rows_out, duration_ms, sample)
        values (${runId}, ${name}, ${workspace.id}, 'filter', ${name}, 9007199254740991, 0.1, ${sql.json([{ x: 1 }, { x: null }])})`;
    }
    // A second of each kind in the same workspace, which no answer about the first may contain.
    const versionId = await seedVersion(sql, workspace.id, world.pipelineId);
    const other = await seedRun(sql, { workspaceId: workspace.id, pipelineId: world.pipelineId, versionId });
    await sql`insert into public.node_runs (run_id, node_id, workspace_id, type, name)
      values (${other}, 'elsewhere', ${workspace.id}, 'filter', 'elsewhere')`;
    await sql`update public.schedules set next_due_at = '2026-01-31T09:00:00Z' where id = ${scheduleId}`;
    return world;
  }

  function embedded(query: Query, world: World): SupabaseClient {
    const client = query.as === 'runner' ? supabase.service : world.client(query.as);
    return client;
  }
  function real(query: Query, world: World): SupabaseClient {
    if (query.as === 'runner') return postgrest.client(supabase.serviceRoleKey);
    if (query.as === 'anonymous') return postgrest.client(supabase.anonKey);
    return postgrest.client(supabase.anonKey, world.workspace[query.as].accessToken);
  }

  it.each(READS)('reading: $name', async (query) => {
    const ours = await query.run(embedded(query, shared), shared);
    const theirs = await query.run(real(query, shared), shared);
    expect(comparable(ours)).toEqual(comparable(theirs));
  });

  it.each(WRITES)('writing: $name', async (query) => {
    const [mine, other] = [await seededWorld(), await seededWorld()];
    const ours = withoutIds(comparable(await query.run(embedded(query, mine), mine)));
    const theirs = withoutIds(comparable(await query.run(real(query, other), other)));
    expect(ours).toEqual(theirs);
  });
});

/** What a program can act upon: all but the wording of errors, which belongs to people. */
function comparable(answer: unknown): unknown {
  return JSON.parse(
    JSON.stringify(answer, (name, value: unknown) =>
      ['message', 'details', 'hint', 'statusText'].includes(name) && typeof value !== 'object'
        ? undefined
        : value,
    ),
  ) as unknown;
}

/** Ids and the moments of now differ between two worlds; their form may not. */
function withoutIds(answer: unknown): unknown {
  const text = JSON.stringify(answer)
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}\+00:00/g, '<time>');
  return JSON.parse(text) as unknown;
}

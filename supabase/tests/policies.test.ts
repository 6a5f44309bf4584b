import type { SupabaseClient } from '@supabase/supabase-js';
import { beforeAll, describe, expect, it } from 'vitest';
import { testSupabase, type TestSupabase } from '#server/supabase/testing/test-supabase.ts';
import { CALLABLE, MATRIX, OPERATIONS, type Operation, type RelationCase } from './matrix.ts';
import { ACTORS, makeWorld, type Actor, type World } from './world.ts';

let supabase: TestSupabase;
let world: World;
beforeAll(async () => {
  supabase = await testSupabase();
  world = await makeWorld(supabase);
});

type Values = Record<string, unknown>;

// No privilege, or a policy says no; and a view of several tables takes no rows from anybody.
const REFUSALS = ['42501', '55000'];

/** What is really there, whatever the policies show. */
async function stored(relation: string, key: Values): Promise<Values | undefined> {
  // JSON has many spellings; the other columns are enough to tell a row.
  const plain = Object.entries(key).filter(([, value]) => typeof value !== 'object');
  const conditions = plain.map(([name, value]) => world.sql`and to_jsonb(t) ->> ${name} = ${String(value)}`);
  const [found] = await world.sql<{ row: Values }[]>`
    select to_jsonb(t) as row from ${world.sql(`public.${relation}`)} t where true ${conditions}`;
  return found?.row;
}

/** Tries one thing as one person. Answers whether it had its effect, and the refusal if there was one. */
async function attempt(
  relation: string,
  { seed, row, change }: RelationCase,
  actor: Actor,
  operation: Operation,
): Promise<{ effect: boolean; refused: string | undefined }> {
  // Tables are named at run time here, so the rows' types say nothing.
  const table = (world.client(actor) as unknown as SupabaseClient).from(relation);
  if (operation === 'insert') {
    const values = await row(world, actor);
    const { error } = await table.insert(values);
    return { effect: (await stored(relation, values)) !== undefined, refused: error?.code };
  }
  const key = await seed(world);
  const before = await stored(relation, key);
  expect(before, 'the seeded row is there').toBeDefined();
  if (operation === 'select') {
    const { data, error } = await table.select().match(key);
    return { effect: data?.length === 1, refused: error?.code };
  }
  const { error } = await (operation === 'update' ? table.update(change) : table.delete()).match(key);
  const after = await stored(relation, key);
  return {
    effect: JSON.stringify(after) !== JSON.stringify(before),
    refused: error?.code,
  };
}

it('the matrix has every table and view', async () => {
  const found = await world.sql`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f') order by relname`;
  expect(Object.keys(MATRIX).sort()).toEqual(found.map(({ name }) => name as string));
});

describe.each(Object.entries(MATRIX))('%s', (relation, relationCase) => {
  for (const operation of OPERATIONS) {
    for (const actor of ACTORS) {
      const allowed = relationCase.allowed[operation].includes(actor);
      it(`${actor} ${allowed ? 'may' : 'may not'} ${operation}`, async () => {
        const { effect, refused } = await attempt(relation, relationCase, actor, operation);
        expect(effect).toBe(allowed);
        // Refused for the right reason: by privilege or policy, and not because the row was bad.
        if (allowed) expect(refused).toBeUndefined();
        else if (operation === 'insert') expect(REFUSALS).toContain(refused);
        else expect([undefined, ...REFUSALS]).toContain(refused);
      });
    }
  }
});

it('all tables have row-level security, all views the rights of who asks', async () => {
  const open = await world.sql`
    select relname from pg_class where relnamespace = 'public'::regnamespace and (
      relkind in ('r', 'p') and not relrowsecurity
      or relkind = 'v' and not coalesce(reloptions::text[] @> '{security_invoker=true}', false))`;
  expect(open).toEqual([]);
});

it('nobody but the runner has a right that row-level security does not govern', async () => {
  const rights = await world.sql`
    select c.relname, a.grantee::regrole::text as role, a.privilege_type
    from pg_class c, aclexplode(c.relacl) a
    where c.relnamespace = 'public'::regnamespace
      and a.privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN')
      and a.grantee::regrole::text not in ('postgres', 'service_role')`;
  expect(rights).toEqual([]);
});

describe('functions', () => {
  it('are callable by those listed, and by nobody else', async () => {
    const rows = await world.sql<{ name: string; callers: string[] }[]>`
      select p.proname as name, array(
        select r from unnest(array['anon', 'authenticated', 'service_role']) r
        where has_function_privilege(r, p.oid, 'execute')) as callers
      from pg_proc p where p.pronamespace = 'public'::regnamespace order by p.proname`;
    expect(Object.fromEntries(rows.map(({ name, callers }) => [name, callers]))).toEqual(CALLABLE);
  });

  it('that run with their owner’s rights look names up in a fixed place', async () => {
    const loose = await world.sql`
      select oid::regprocedure::text as name from pg_proc
      where pronamespace in ('public'::regnamespace, 'private'::regnamespace) and prosecdef
        and not coalesce(proconfig @> array['search_path=""'], false)`;
    expect(loose).toEqual([]);
  });

  it('of the policies are out of an anonymous caller’s reach', async () => {
    const reachable = await world.sql`
      select p.oid::regprocedure::text as name from pg_proc p
      where p.pronamespace = 'private'::regnamespace and has_function_privilege('anon', p.oid, 'execute')`;
    expect(reachable).toEqual([]);
  });
});

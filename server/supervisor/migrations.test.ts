import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres, { type Sql } from 'postgres';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { testSupabase } from '#server/supabase/testing/test-supabase.ts';
import { migrate } from './migrations.ts';

let folder: string;
let sql: Sql;
let name: string;
beforeEach(async () => {
  const supabase = await testSupabase();
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-migrations-'));
  name = `m${randomUUID().replaceAll('-', '')}`;
  await supabase.sql.unsafe(`create database ${name}`);
  sql = postgres(supabase.databaseUrl.replace(/\/postgres$/, `/${name}`), {
    max: 4,
    onnotice: () => undefined,
  });
});
afterEach(async () => {
  await sql.end();
  await (await testSupabase()).sql.unsafe(`drop database ${name} with (force)`);
  rmSync(folder, { recursive: true });
});
const write = (file: string, text: string) => {
  writeFileSync(path.join(folder, file), text);
};

it('run in order, once each', async () => {
  write('0002_b.sql', 'insert into t values (2);');
  write('0001_a.sql', 'create table t (n int); insert into t values (1);');
  expect(await migrate(sql, folder)).toEqual(['0001_a.sql', '0002_b.sql']);
  write('0003_c.sql', 'insert into t values (3);');
  expect(await migrate(sql, folder)).toEqual(['0003_c.sql']);
  expect(await migrate(sql, folder)).toEqual([]);
  expect([...(await sql`select n from t order by n`)]).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
});

it('leave nothing of one that fails, and what came before stays', async () => {
  write('0001_a.sql', 'create table t (n int);');
  write('0002_b.sql', 'insert into t values (1); select nonsense;');
  await expect(migrate(sql, folder)).rejects.toMatchObject({
    code: 'migration-failed',
    message: expect.stringContaining('0002_b.sql') as string,
  });
  expect(await sql`select n from t`).toHaveLength(0);
  write('0002_b.sql', 'insert into t values (1);');
  expect(await migrate(sql, folder)).toEqual(['0002_b.sql']);
});

it('run once when two start at the same time', async () => {
  write('0001_a.sql', 'create table t (n int); select pg_sleep(0.2); insert into t values (1);');
  const ran = await Promise.all([migrate(sql, folder), migrate(sql, folder)]);
  expect(ran.flat()).toEqual(['0001_a.sql']);
  expect(await sql`select n from t`).toHaveLength(1);
});

it('refuse to go on over a file that was changed after it ran, or a newer database', async () => {
  write('0001_a.sql', 'create table t (n int);');
  await migrate(sql, folder);
  write('0001_a.sql', 'create table t (n bigint);');
  await expect(migrate(sql, folder)).rejects.toMatchObject({ code: 'migration-changed' });
  rmSync(path.join(folder, '0001_a.sql'));
  await expect(migrate(sql, folder)).rejects.toMatchObject({ code: 'database-is-newer' });
});

import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backUp, restore } from './backup.ts';
import { startEmbeddedSupabase, type EmbeddedSupabase } from './embedded-supabase.ts';

let folder: string;
let original: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-backup-'));
  chmodSync(folder, 0o711);
  original = path.join(folder, 'original');
  const supabase = await startEmbeddedSupabase({ dataDir: original, durable: false });
  await query(supabase, "update public.workspaces set name = 'Before the fire'");
  mkdirSync(path.join(original, 'workspaces', 'w'), { recursive: true });
  writeFileSync(path.join(original, 'workspaces', 'w', 'upload.csv'), 'a\n1\n');
  mkdirSync(path.join(original, 'staging'));
  await supabase.stop();
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function query(supabase: EmbeddedSupabase, text: string): Promise<readonly Record<string, unknown>[]> {
  const sql = postgres(supabase.cluster.url, { max: 1 });
  try {
    return await sql.unsafe<Record<string, unknown>[]>(text);
  } finally {
    await sql.end();
  }
}

describe('a backup', () => {
  it('put back elsewhere is the same Sluice', async () => {
    const [copy, restored] = [path.join(folder, 'copy'), path.join(folder, 'restored')];
    await backUp(copy, original);
    expect(statSync(copy).mode & 0o777).toBe(0o700);
    expect(existsSync(path.join(copy, 'staging'))).toBe(false);
    await restore(copy, restored);
    const supabase = await startEmbeddedSupabase({ dataDir: restored, durable: false });
    try {
      expect([...(await query(supabase, 'select name from public.workspaces'))]).toEqual([
        { name: 'Before the fire' },
      ]);
      expect(readFileSync(path.join(restored, 'workspaces', 'w', 'upload.csv'), 'utf8')).toBe('a\n1\n');
      expect(statSync(path.join(restored, 'secrets.json')).mode & 0o777).toBe(0o600);
      expect(supabase.migrated).toEqual([]);
    } finally {
      await supabase.stop();
    }
  });

  it('is not made of a running database, nor over anything', async () => {
    const supabase = await startEmbeddedSupabase({ dataDir: original, durable: false });
    try {
      await expect(backUp(path.join(folder, 'hot'), original)).rejects.toMatchObject({
        code: 'database-running',
      });
    } finally {
      await supabase.stop();
    }
    await expect(backUp(original, original)).rejects.toMatchObject({ code: 'backup-target-not-empty' });
    await expect(restore(original, original)).rejects.toMatchObject({ code: 'backup-target-not-empty' });
    await expect(restore(folder, path.join(folder, 'new'))).rejects.toMatchObject({ code: 'not-a-backup' });
  });
});

it('secrets that do not belong to the database are told apart from a database that does not start', async () => {
  const [copy, mixed] = [path.join(folder, 'second-copy'), path.join(folder, 'mixed')];
  await backUp(copy, original);
  await restore(copy, mixed);
  const file = path.join(mixed, 'secrets.json');
  const secrets = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  writeFileSync(file, JSON.stringify({ ...secrets, databasePassword: 'another password altogether' }));
  await expect(startEmbeddedSupabase({ dataDir: mixed, durable: false })).rejects.toMatchObject({
    code: 'secrets-do-not-fit',
  });
});

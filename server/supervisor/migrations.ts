import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Sql } from 'postgres';
import { AppError } from '#lib/errors/app-error.ts';
import { PROJECT_ROOT } from './data-directory.ts';

const MIGRATIONS_DIRECTORY = path.join(PROJECT_ROOT, 'supabase', 'migrations');

// Any fixed number: who migrates holds it, so that two starts at once do not run the same statements.
const MIGRATION_LOCK = 7_235_501;

interface Migration {
  readonly name: string;
  readonly text: string;
  readonly checksum: string;
}

/**
 * Runs every migration that has not run yet, in the order of their names, each in a transaction of its own.
 * @returns the names of those that ran now.
 * @throws AppError `migration-failed` (nothing of that file is kept), `migration-changed`, `database-is-newer`
 */
export async function migrate(sql: Sql, directory = MIGRATIONS_DIRECTORY): Promise<string[]> {
  const migrations = readMigrations(directory);
  const connection = await sql.reserve();
  try {
    await connection`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await connection`create schema if not exists supervisor`;
    await connection`create table if not exists supervisor.migrations (
      name text primary key, checksum text not null, applied_at timestamptz not null default now())`;
    const rows = await connection<
      { name: string; checksum: string }[]
    >`select name, checksum from supervisor.migrations`;
    const done = new Map(rows.map((row) => [row.name, row.checksum]));
    checkHistory(migrations, done);
    const pending = migrations.filter(({ name }) => !done.has(name));
    for (const migration of pending) await apply(connection, migration);
    return pending.map(({ name }) => name);
  } finally {
    // The lock belongs to the session, which goes back to the pool.
    await connection`select pg_advisory_unlock_all()`;
    connection.release();
  }
}

function readMigrations(directory: string): Migration[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => {
      const text = readFileSync(path.join(directory, name), 'utf8');
      return { name, text, checksum: createHash('sha256').update(text).digest('hex') };
    });
}

/** A file that ran and was edited later would never run again, and two databases would differ in silence. */
function checkHistory(migrations: readonly Migration[], done: ReadonlyMap<string, string>): void {
  const known = new Map(migrations.map((migration) => [migration.name, migration.checksum]));
  for (const [name, checksum] of done) {
    if (!known.has(name)) {
      throw new AppError(
        'database-is-newer',
        `The database has had the migration ${name}, which this version does not know.`,
        {
          hint: 'Start the newer version of Sluice again, or restore a backup made before it.',
        },
      );
    }
    if (known.get(name) !== checksum) {
      throw new AppError(
        'migration-changed',
        `The migration ${name} has changed since it ran on this database.`,
        {
          kind: 'bug',
          hint: 'Undo the change and write it as a new migration. A database without data of worth can also be deleted.',
        },
      );
    }
  }
}

async function apply(connection: Awaited<ReturnType<Sql['reserve']>>, migration: Migration): Promise<void> {
  try {
    await connection`begin`;
    await connection.unsafe(migration.text).simple();
    await connection`insert into supervisor.migrations (name, checksum) values (${migration.name}, ${migration.checksum})`;
    await connection`commit`;
  } catch (cause) {
    await connection`rollback`;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('migration-failed', `The migration ${migration.name} failed: ${reason}`, {
      kind: 'bug',
      cause,
    });
  }
}

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SignJWT } from 'jose';
import postgres, { type Sql } from 'postgres';
import { afterAll } from 'vitest';
import { z } from 'zod';
import { startEmbeddedSupabase } from '#server/supervisor/embedded-supabase.ts';
import { processIdentity } from '#server/supervisor/process-identity.ts';
import { serviceClient, type ServiceClient } from '../service-client.ts';
import { anonymousClient, userClient, type UserClient } from '../user-client.ts';

/** A user with an account and a client that acts as them. */
export interface TestUser {
  readonly id: string;
  readonly email: string;
  /** A valid access token, as the session cookie or an `Authorization: Bearer` header carries it. */
  readonly accessToken: string;
  readonly client: UserClient;
}

/** A fresh workspace with one user of each role. */
export interface TestWorkspace {
  readonly id: string;
  readonly owner: TestUser;
  readonly editor: TestUser;
  readonly viewer: TestUser;
}

/**
 * A real, throw-away Supabase: embedded PostgreSQL with all migrations, and the gateway before it. One for the whole
 * test run, started by whoever asks first (about a second), shared by all test files at once: make a workspace of your
 * own and count nothing across workspaces.
 *
 * ```ts
 * const supabase = await testSupabase();
 * const { id, owner, viewer } = await supabase.workspace();
 * await owner.client.from('pipelines').select();
 * ```
 */
export interface TestSupabase {
  /** For `SUPABASE_URL`, `SUPABASE_ANON_KEY` and `SUPABASE_SERVICE_ROLE_KEY` of a process under test. */
  readonly url: string;
  readonly anonKey: string;
  readonly serviceRoleKey: string;
  readonly jwtSecret: string;
  /** PostgreSQL itself, as superuser, for seeding and for looking behind the policies. */
  readonly databaseUrl: string;
  readonly sql: Sql;
  /** Acts as the runner: past every policy. */
  readonly service: ServiceClient;
  /** Nobody is signed in. */
  readonly anonymous: UserClient;
  user(): Promise<TestUser>;
  workspace(): Promise<TestWorkspace>;
}

const readySchema = z.object({
  url: z.string(),
  databaseUrl: z.string(),
  secrets: z.object({ anonKey: z.string(), serviceRoleKey: z.string(), jwtSecret: z.string() }),
});

// A cold start on a machine busy with other tests.
const START_TIMEOUT_MS = 90_000;

let shared: Promise<TestSupabase> | undefined;

/** The test run's Supabase; see {@link TestSupabase}. */
export function testSupabase(): Promise<TestSupabase> {
  return (shared ??= connect());
}

/**
 * One for this test file alone, for tests in which something claims or fires whatever it finds. Ends after the file's
 * last test.
 */
export async function privateTestSupabase(): Promise<TestSupabase> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'sluice-test-own-'));
  chmodSync(dataDir, 0o711);
  const supabase = await startEmbeddedSupabase({ dataDir, durable: false });
  const connected = open({ url: supabase.url, databaseUrl: supabase.cluster.url, secrets: supabase.secrets });
  ends.push(async () => {
    await connected.sql.end();
    await supabase.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return connected;
}

/** A hook that is added by a hook is not sure to run, so this one stands here, for the file that imports it. */
const ends: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const end of ends.splice(0)) await end();
});

async function connect(): Promise<TestSupabase> {
  return open(readySchema.parse(JSON.parse(await readyFile())));
}

function open({ url, databaseUrl, secrets }: z.infer<typeof readySchema>): TestSupabase {
  const sql = postgres(databaseUrl, { max: 4, onnotice: () => undefined });
  const keys = { url, anonKey: secrets.anonKey, serviceRoleKey: secrets.serviceRoleKey };
  const user = () => createUser(sql, keys, secrets.jwtSecret);
  return {
    ...keys,
    jwtSecret: secrets.jwtSecret,
    databaseUrl,
    sql,
    service: serviceClient(keys),
    anonymous: anonymousClient(keys),
    user,
    workspace: () => createWorkspace(sql, user),
  };
}

/** Starts the daemon unless another test file of this run has; waits until it serves. */
async function readyFile(): Promise<string> {
  // Vitest's workers are children of the one process that is the test run.
  const run = processIdentity(process.ppid);
  // With its start time: a later process may have the same number.
  const directory = path.join(
    tmpdir(),
    `sluice-test-${process.ppid}-${run?.startedAt.replaceAll(/\W/g, '')}`,
  );
  const file = path.join(directory, 'ready.json');
  if (claim(directory)) {
    const log = openSync(path.join(directory, 'daemon.log'), 'w');
    const daemon = path.join(import.meta.dirname, 'daemon.ts');
    spawn(process.execPath, [daemon, directory, String(process.ppid)], {
      detached: true,
      stdio: ['ignore', log, log],
    }).unref();
    closeSync(log);
  }
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!existsSync(file)) {
    if (Date.now() > deadline)
      throw new Error(`no test database: ${readFileSync(path.join(directory, 'daemon.log'), 'utf8')}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return readFileSync(file, 'utf8');
}

/** Making a directory succeeds for one of many who try at once. */
function claim(directory: string): boolean {
  try {
    mkdirSync(directory);
    // The database's own user passes through, whatever the umask.
    chmodSync(directory, 0o711);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

interface Keys {
  readonly url: string;
  readonly anonKey: string;
  readonly serviceRoleKey: string;
}

/** Without a password: hashing one takes longer than most tests. The token is what a sign-in would give. */
async function createUser(sql: Sql, keys: Keys, jwtSecret: string): Promise<TestUser> {
  const id = randomUUID();
  const email = `${id}@example.test`;
  await sql`insert into auth.users (id, email, aud, role, email_confirmed_at)
    values (${id}, ${email}, 'authenticated', 'authenticated', now())`;
  const sessionId = randomUUID();
  await sql`insert into auth.sessions (id, user_id) values (${sessionId}, ${id})`;
  const accessToken = await new SignJWT({
    sub: id,
    email,
    role: 'authenticated',
    aud: 'authenticated',
    session_id: sessionId,
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt()
    .setExpirationTime('2h')
    .sign(new TextEncoder().encode(jwtSecret));
  return { id, email, accessToken, client: userClient(keys, accessToken) };
}

async function createWorkspace(sql: Sql, user: () => Promise<TestUser>): Promise<TestWorkspace> {
  const [owner, editor, viewer] = [await user(), await user(), await user()];
  const id = randomUUID();
  await sql`insert into public.workspaces (id, name) values (${id}, 'Test workspace')`;
  for (const [role, { id: userId }] of Object.entries({ owner, editor, viewer })) {
    await sql`insert into public.members (workspace_id, user_id, role) values (${id}, ${userId}, ${role})`;
  }
  return { id, owner, editor, viewer };
}

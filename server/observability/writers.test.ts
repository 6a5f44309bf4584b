import { beforeAll, describe, expect, it } from 'vitest';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { serviceClient } from '#server/supabase/service-client.ts';
import {
  testSupabase,
  type TestSupabase,
  type TestWorkspace,
} from '#server/supabase/testing/test-supabase.ts';
import { LogWriter } from './log-writer.ts';
import type { NodeRunRow } from './node-run-row.ts';
import { StateWriter } from './state-writer.ts';

let supabase: TestSupabase;
let workspace: TestWorkspace;
beforeAll(async () => {
  supabase = await testSupabase();
  workspace = await supabase.workspace();
});

const RUNNER = 'runner-of-writers-test';

async function newRun(): Promise<string> {
  const { sql } = supabase;
  const [pipeline] =
    await sql`insert into public.pipelines (workspace_id, name, draft, created_by) values (${workspace.id}, 'p', '{}', ${workspace.owner.id}) returning id`;
  const { data } = await workspace.editor.client
    .rpc('request_run', {
      p_pipeline_id: pipeline?.id,
      p_document: { nodes: [] },
      p_content_hash: crypto.randomUUID().replaceAll('-', '').repeat(2),
    } as never)
    .throwOnError();
  const { run_id: id } = data as { run_id: string };
  await sql`update public.runs set status = 'running', runner_id = ${RUNNER} where id = ${id}`;
  return id;
}

const row = (runId: string, nodeId: string, status: NodeRunRow['status']): NodeRunRow => ({
  run_id: runId,
  node_id: nodeId,
  workspace_id: workspace.id,
  type: 'filter',
  name: nodeId,
  ...(status ? { status } : {}),
});

/** Stands before the database and can go away: the network's far edge, not our code. */
async function gate(): Promise<{ url: string; down: (away: boolean) => void; server: Server }> {
  let away = false;
  const server = createServer((request, response) => {
    if (away) {
      request.socket.destroy();
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).filter(
          ([name]) => !['host', 'connection', 'content-length', 'accept-encoding'].includes(name),
        ),
      ) as Record<string, string>;
      void fetch(new URL(request.url ?? '/', supabase.url), {
        method: request.method ?? 'GET',
        headers,
        ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
      }).then(async (answer) => {
        response.writeHead(answer.status, {
          'content-type': answer.headers.get('content-type') ?? 'application/json',
        });
        response.end(Buffer.from(await answer.arrayBuffer()));
      });
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    down: (value) => {
      away = value;
    },
    server,
  };
}

describe('run and node states', () => {
  it('are all written, the newest of each, the run after its nodes', async () => {
    const runId = await newRun();
    const states = new StateWriter({
      client: supabase.service,
      runnerId: RUNNER,
      onTrouble: () => expect.fail(),
    });
    for (let index = 0; index < 450; index += 1) states.node(row(runId, `n${index}`, 'pending'));
    for (let index = 0; index < 450; index += 1) states.node(row(runId, `n${index}`, 'succeeded'));
    states.run(runId, { status: 'succeeded' });
    expect(await states.flush(20_000)).toBe(true);
    const [count] =
      await supabase.sql`select count(*)::int as n from public.node_runs where run_id = ${runId} and status = 'succeeded'`;
    expect(count?.n).toBe(450);
    const [run] = await supabase.sql`select status from public.runs where id = ${runId}`;
    expect(run?.status).toBe('succeeded');
  });

  it('survive a database that goes away, and none is lost', async () => {
    const runId = await newRun();
    const between = await gate();
    const troubles: string[] = [];
    const states = new StateWriter({
      client: serviceClient({
        url: between.url,
        anonKey: supabase.anonKey,
        serviceRoleKey: supabase.serviceRoleKey,
      }),
      runnerId: RUNNER,
      onTrouble: (message) => troubles.push(message),
    });
    between.down(true);
    states.node(row(runId, 'a', 'running'));
    states.run(runId, { mode_reason: 'because' });
    expect(await states.flush(600)).toBe(false);
    states.node(row(runId, 'a', 'succeeded'));
    states.node(row(runId, 'b', 'skipped'));
    states.run(runId, { status: 'failed' });
    between.down(false);
    expect(await states.flush(15_000)).toBe(true);
    between.server.close();
    const nodes =
      await supabase.sql`select node_id, status from public.node_runs where run_id = ${runId} order by 1`;
    expect(nodes.map(({ node_id, status }) => [String(node_id), String(status)])).toEqual([
      ['a', 'succeeded'],
      ['b', 'skipped'],
    ]);
    const [run] = await supabase.sql`select status, mode_reason from public.runs where id = ${runId}`;
    expect(run).toEqual({ status: 'failed', mode_reason: 'because' });
    expect(troubles[0]).toContain('written later');
    expect(troubles.at(-1)).toContain('back');
  });

  it('hold what no database can: NUL and half a character in a cell', async () => {
    const runId = await newRun();
    const states = new StateWriter({
      client: supabase.service,
      runnerId: RUNNER,
      onTrouble: () => expect.fail(),
    });
    states.node({ ...row(runId, 'a', 'succeeded'), sample: [{ 'x\0': 'a\0b \u{1F600}'.slice(0, -1) }] });
    states.run(runId, { status: 'failed', mode_reason: 'NUL \0' });
    expect(await states.flush(5000)).toBe(true);
    const [node] = await supabase.sql`select sample from public.node_runs where run_id = ${runId}`;
    expect(node?.sample).toEqual([{ 'x␀': 'a␀b �' }]);
    const [run] = await supabase.sql`select status, mode_reason from public.runs where id = ${runId}`;
    expect(run).toEqual({ status: 'failed', mode_reason: 'NUL ␀' });
  });

  it('of a run that is deleted meanwhile hold up no others', async () => {
    const [gone, runId] = [await newRun(), await newRun()];
    const troubles: string[] = [];
    const states = new StateWriter({
      client: supabase.service,
      runnerId: RUNNER,
      onTrouble: (message) => troubles.push(message),
    });
    states.node(row(gone, 'a', 'running'));
    states.node(row(runId, 'a', 'succeeded'));
    states.run(runId, { status: 'succeeded' });
    await supabase.sql`delete from public.runs where id = ${gone}`;
    expect(await states.flush(5000)).toBe(true);
    const nodes = await supabase.sql`select status from public.node_runs where run_id = ${runId}`;
    expect(nodes.map(({ status }) => String(status))).toEqual(['succeeded']);
    expect(troubles).toEqual([`The state of node a of run ${gone} was refused.`]);
  });

  it('of a run that another runner holds are not touched', async () => {
    const runId = await newRun();
    const states = new StateWriter({
      client: supabase.service,
      runnerId: 'another',
      onTrouble: () => expect.fail(),
    });
    states.run(runId, { status: 'failed' });
    expect(await states.flush(5000)).toBe(true);
    const [run] = await supabase.sql`select status from public.runs where id = ${runId}`;
    expect(run?.status).toBe('running');
  });
});

describe('the log', () => {
  const line = (runId: string, message: string) => ({
    workspaceId: workspace.id,
    runId,
    nodeId: null,
    level: 'info' as const,
    message,
  });

  it('keeps its order, in batches', async () => {
    const runId = await newRun();
    const logs = new LogWriter(supabase.service);
    for (let index = 0; index < 1200; index += 1) logs.write(line(runId, `line ${index}`));
    expect(await logs.flush(20_000)).toBe(true);
    const lines =
      await supabase.sql`select message from public.observability_logs where run_id = ${runId} order by id`;
    expect(lines.map(({ message }) => String(message))).toEqual(
      Array.from({ length: 1200 }, (_, index) => `line ${index}`),
    );
  });

  it('says what it lost when the database was away for too long', async () => {
    const runId = await newRun();
    const between = await gate();
    const logs = new LogWriter(
      serviceClient({ url: between.url, anonKey: supabase.anonKey, serviceRoleKey: supabase.serviceRoleKey }),
    );
    between.down(true);
    for (let index = 0; index < 20_100; index += 1) logs.write(line(runId, `line ${index}`));
    between.down(false);
    expect(await logs.flush(25_000)).toBe(true);
    between.server.close();
    const [notice] =
      await supabase.sql`select message from public.observability_logs where workspace_id = ${workspace.id} and run_id is null`;
    expect(notice?.message).toBe('100 log lines were lost while the database was away.');
    const [count] =
      await supabase.sql`select count(*)::int as n from public.observability_logs where run_id = ${runId}`;
    expect(count?.n).toBe(20_000);
  });

  it('counts what it loses while it is writing', async () => {
    const runId = await newRun();
    const logs = new LogWriter(supabase.service);
    logs.write(line(runId, 'the first is under way'));
    const flushing = logs.flush(25_000);
    for (let index = 0; index < 20_050; index += 1) logs.write(line(runId, `line ${index}`));
    expect(await flushing).toBe(true);
    const notices =
      await supabase.sql`select message from public.observability_logs where workspace_id = ${workspace.id} and run_id is null order by id`;
    expect(notices.at(-1)?.message).toBe('50 log lines were lost while the database was away.');
  });

  it('loses only the lines of a run that is deleted meanwhile, and writes what holds NUL', async () => {
    const [gone, runId] = [await newRun(), await newRun()];
    const logs = new LogWriter(supabase.service);
    logs.write(line(runId, 'before'));
    logs.write(line(gone, 'of a run that is gone'));
    logs.write(line(runId, 'a\0b'));
    await supabase.sql`delete from public.runs where id = ${gone}`;
    expect(await logs.flush(5000)).toBe(true);
    const lines =
      await supabase.sql`select message from public.observability_logs where run_id = ${runId} order by id`;
    expect(lines.map(({ message }) => String(message))).toEqual(['before', 'a␀b']);
  });
});

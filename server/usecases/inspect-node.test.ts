import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { workspaceRoot } from '#server/files/workspace-root.ts';
import { privateTestSupabase, type TestWorkspace } from '#server/supabase/testing/test-supabase.ts';
import { testApi, type TestApi } from './testing/api.ts';
import { allEvents, readEvents } from './testing/read-events.ts';
import { testRunner } from './testing/runner.ts';

let api: TestApi;
let ours: TestWorkspace;
let pipelineId: string;
beforeAll(async () => {
  api = await testApi(await privateTestSupabase());
  await (await testRunner(api)).start();
  ours = await api.supabase.workspace();
  pipelineId = (await api.call(ours.editor, 'createPipeline', { body: { document: document('none.csv') } }))
    .data.id;
});

/** `kept` melts into the statement of `sums`, and nobody counts it. */
const document = (file: string) => ({
  version: 1,
  name: 'Looked at',
  settings: { counts: 'fast' },
  nodes: [
    { id: 'read', type: 'file-source', config: { path: file } },
    { id: 'kept', type: 'filter', config: { condition: 'n % 2 = 0' } },
    { id: 'more', type: 'filter', config: { condition: 'n > 3' } },
    { id: 'sums', type: 'sql', config: { query: 'SELECT sum(n) AS s FROM input' } },
  ],
  edges: [
    { source: 'read', target: 'kept' },
    { source: 'kept', target: 'more' },
    { source: 'more', target: 'sums' },
  ],
});

async function write(name: string, rows: number): Promise<void> {
  await mkdir(workspaceRoot(ours.id), { recursive: true });
  const lines = Array.from({ length: rows }, (_, index) => index + 1);
  await writeFile(path.join(workspaceRoot(ours.id), name), `n\n${lines.join('\n')}\n`);
}

/** A finished run over `rows` numbers in a file of its own; answers how to name a node of it. */
async function ran(
  rows: number,
): Promise<{ of: (nodeId: string) => { id: string; nodeId: string }; file: string }> {
  const file = `${randomUUID()}.csv`;
  await write(file, rows);
  const { data } = await api.call(ours.editor, 'startRun', {
    params: { id: pipelineId },
    body: { document: document(file) },
  });
  await allEvents(await api.raw(ours.viewer, 'followRun', { params: { id: data.id } }));
  const run = await api.call(ours.viewer, 'getRun', { params: { id: data.id } });
  expect(run.data.status).toBe('succeeded');
  return { of: (nodeId) => ({ id: data.id, nodeId }), file };
}

describe('who may look', () => {
  it('everybody of the workspace may see a profile and a sample', async () => {
    const { of } = await ran(10);
    for (const user of [ours.owner, ours.editor, ours.viewer]) {
      const profile = await api.call(user, 'getProfile', { params: of('kept') });
      expect(profile.data).toMatchObject({ rows: 5, columns: [{ name: 'n', min: 2, max: 10 }] });
      const sample = await api.call(user, 'getSample', { params: of('kept'), query: { rows: 3 } });
      expect(sample.data.rows).toHaveLength(3);
      expect(sample.data.total).toBe(5);
    }
  });

  it('a viewer may not change what is kept or known of a run', async () => {
    const { of } = await ran(12);
    for (const name of ['stageNode', 'countRows'] as const) {
      expect((await api.call(ours.viewer, name, { params: of('more') })).status).toBe(403);
    }
    expect((await api.call(ours.editor, 'countRows', { params: of('more') })).data).toEqual({ rows: 5 });
    expect((await api.call(ours.owner, 'stageNode', { params: of('more') })).data.rows).toBe(5);
  });

  it('another workspace finds nothing, and whoever is not signed in is sent away', async () => {
    const { of } = await ran(14);
    const stranger = (await api.supabase.workspace()).owner;
    for (const name of ['getProfile', 'getSample', 'stageNode', 'countRows'] as const) {
      expect((await api.call(stranger, name, { params: of('kept') })).status).toBe(404);
      expect((await api.call(null, name, { params: of('kept') })).status).toBe(401);
    }
  });
});

it('a node is staged and paged through, and its count is in its record', async () => {
  const { of } = await ran(1000);
  const before = await api.call(ours.viewer, 'getNodeRun', { params: of('kept') });
  expect(before.data.rowsOut).toBeNull();
  expect((await api.call(ours.viewer, 'getRows', { params: of('kept') })).data.source).toBe('sample');
  await api.call(ours.editor, 'stageNode', { params: of('kept') });
  const rows = await api.call(ours.viewer, 'getRows', {
    params: of('kept'),
    query: { offset: 498, limit: 10 },
  });
  expect(rows.data).toMatchObject({ source: 'staged', total: 500, rows: [{ n: 998 }, { n: 1000 }] });
  expect((await api.call(ours.viewer, 'getNodeRun', { params: of('kept') })).data.rowsOut).toBe(500);
  const reader = await api.call(ours.viewer, 'getNodeRun', { params: of('more') });
  expect(reader.data).toMatchObject({ rowsIn: 500, inputs: [{ source: 'kept', rows: 500 }] });
});

it('rows that the run did not see are refused with words', async () => {
  const { of, file } = await ran(20);
  await write(file, 21);
  const reply = await api.call(ours.viewer, 'getProfile', { params: of('kept') });
  expect(reply).toMatchObject({ status: 409, error: { code: 'source-changed' } });
  expect(reply.error?.message).toContain('read');
});

it('tells how far it has come to whoever listens', async () => {
  const { of } = await ran(30);
  const answer = await api.raw(ours.viewer, 'getProfile', {
    params: of('kept'),
    headers: { accept: 'text/event-stream' },
  });
  expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const messages = await allEvents(answer);
  expect(messages.slice(0, -1).map(({ event }) => event)).not.toContain('done');
  expect(new Set(messages.map(({ event }) => event))).toEqual(new Set(['progress', 'done']));
  expect(messages.at(-1)?.data).toMatchObject({ rows: 15 });
});

it('is given up when the caller leaves', async () => {
  const { data } = await api.call(ours.editor, 'startRun', {
    params: { id: pipelineId },
    body: {
      document: {
        version: 1,
        name: 'Long',
        settings: { counts: 'fast' },
        nodes: [
          {
            id: 'many',
            type: 'inline-source',
            config: {
              format: 'csv',
              content: `x\n${Array.from({ length: 3000 }, (_, i) => i).join('\n')}\n`,
            },
          },
          { id: 'pairs', type: 'sql', config: { query: 'SELECT a.x FROM input a, input b, input c' } },
          { id: 'some', type: 'filter', config: { condition: 'x >= 0' } },
          { id: 'first', type: 'limit', config: { count: 1 } },
        ],
        edges: [
          { source: 'many', target: 'pairs' },
          { source: 'pairs', target: 'some' },
          { source: 'some', target: 'first' },
        ],
      },
    },
  });
  await allEvents(await api.raw(ours.viewer, 'followRun', { params: { id: data.id } }));
  const params = { id: data.id, nodeId: 'some' };
  const answer = await api.raw(ours.editor, 'countRows', {
    params,
    headers: { accept: 'text/event-stream' },
  });
  for await (const { event } of readEvents(answer)) if (event === 'progress') break;
  // The one who comes next does not wait for 27,000 million rows.
  const { of } = await ran(8);
  expect((await api.call(ours.editor, 'countRows', { params: of('kept') })).data).toEqual({ rows: 4 });
});

it('waits for the end of a run', async () => {
  const { of } = await ran(3);
  await api.supabase.sql`update public.runs set status = 'running' where id = ${of('kept').id}`;
  const reply = await api.call(ours.editor, 'getProfile', { params: of('kept') });
  expect(reply).toMatchObject({ status: 409, error: { code: 'run-not-over' } });
});

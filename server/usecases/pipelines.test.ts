import { beforeAll, describe, expect, it } from 'vitest';
import type { TestWorkspace } from '#server/supabase/testing/test-supabase.ts';
import { testApi, type TestApi } from './testing/api.ts';

let api: TestApi;
let workspace: TestWorkspace;
beforeAll(async () => {
  api = await testApi();
  workspace = await api.supabase.workspace();
});

const inline = (content: string) => ({
  version: 1,
  name: 'Orders',
  nodes: [{ id: 'orders', type: 'inline-source', config: { format: 'csv', content } }],
  edges: [],
});
async function create(document: unknown = inline('a\n1')) {
  const { data, status } = await api.call(workspace.editor, 'createPipeline', { body: { document } });
  expect(status).toBe(200);
  return data;
}

describe('pipelines', () => {
  it('creates, reads and lists', async () => {
    const made = await create();
    expect(made).toMatchObject({
      name: 'Orders',
      revision: 1,
      liveVersion: null,
      nodeCount: 1,
      lastRun: null,
    });
    const { data } = await api.call(workspace.viewer, 'getPipeline', { params: { id: made.id } });
    expect(data).toEqual(made);
    const list = await api.call(workspace.viewer, 'listPipelines');
    expect(list.data.pipelines.map(({ id }) => id)).toContain(made.id);
  });

  it('starts an empty one under the given name', async () => {
    const { data } = await api.call(workspace.editor, 'createPipeline', { body: { name: 'Fresh' } });
    expect(data.document).toEqual({ version: 1, name: 'Fresh', nodes: [], edges: [] });
  });

  it('saves the draft that was read, and answers 409 with the current one otherwise', async () => {
    const made = await create();
    const params = { id: made.id };
    const first = await api.call(workspace.editor, 'savePipeline', {
      params,
      body: { revision: 1, document: inline('a\n2') },
    });
    expect(first).toMatchObject({ status: 200, data: { revision: 2 } });

    const second = await api.call(workspace.owner, 'savePipeline', {
      params,
      body: { revision: 1, document: inline('a\n3') },
    });
    expect(second).toMatchObject({
      status: 409,
      error: { code: 'revision-conflict', current: { revision: 2 } },
    });
    expect(second.error?.current).toEqual(first.data);

    const third = await api.call(workspace.owner, 'savePipeline', {
      params,
      body: { revision: 2, document: inline('a\n3') },
    });
    expect(third).toMatchObject({ status: 200, data: { revision: 3, document: inline('a\n3') } });
  });

  it('of two who save at once, takes one', async () => {
    const made = await create();
    const save = (content: string) =>
      api.call(workspace.editor, 'savePipeline', {
        params: { id: made.id },
        body: { revision: 1, document: inline(content) },
      });
    const replies = await Promise.all(['x\n1', 'x\n2', 'x\n3', 'x\n4'].map(save));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
  });

  it('renames in list and document', async () => {
    const made = await create();
    const { data } = await api.call(workspace.editor, 'savePipeline', {
      params: { id: made.id },
      body: { revision: 1, name: 'Sales' },
    });
    expect(data).toMatchObject({ name: 'Sales', document: { name: 'Sales' } });
  });

  it('keeps positions beside the document', async () => {
    const document = { ...inline('a\n1'), view: { positions: { orders: { x: 10, y: 20 } } } };
    const made = await create(document);
    expect(made.document.view).toEqual({ positions: { orders: { x: 10, y: 20 } } });
    const [row] = await api.supabase.sql`select draft from public.pipelines where id = ${made.id}`;
    expect(row?.draft).not.toHaveProperty('view');
  });

  it('lets viewers look and not touch', async () => {
    const { id } = await create();
    const params = { id };
    const replies = await Promise.all([
      api.call(workspace.viewer, 'createPipeline', { body: {} }),
      api.call(workspace.viewer, 'savePipeline', { params, body: { revision: 1, name: 'Mine' } }),
      api.call(workspace.viewer, 'publishPipeline', { params, body: {} }),
      api.call(workspace.viewer, 'startRun', { params, body: {} }),
      api.call(workspace.viewer, 'deletePipeline', { params }),
    ]);
    expect(replies.map(({ status, error }) => [status, error?.code])).toEqual(
      replies.map(() => [403, 'forbidden']),
    );
  });

  it('deletes with its schedules; runs stay', async () => {
    const { id } = await create();
    const run = await api.call(workspace.editor, 'startRun', { params: { id }, body: {} });
    await api.call(workspace.editor, 'createSchedule', { body: { pipelineId: id, cron: '0 7 * * *' } });
    expect((await api.call(workspace.editor, 'deletePipeline', { params: { id } })).status).toBe(200);
    expect((await api.call(workspace.editor, 'getPipeline', { params: { id } })).status).toBe(404);
    expect(
      (await api.call(workspace.editor, 'listSchedules', { query: { pipeline: id } })).data.schedules,
    ).toEqual([]);
    expect((await api.call(workspace.editor, 'getRun', { params: { id: run.data.id } })).status).toBe(200);
    expect((await api.call(workspace.editor, 'startRun', { params: { id }, body: {} })).status).toBe(404);
  });
});

describe('versions', () => {
  it('freezes the draft and makes it live; the same content is the same version', async () => {
    const { id } = await create();
    const params = { id };
    const first = await api.call(workspace.editor, 'publishPipeline', { params, body: {} });
    expect(first).toMatchObject({ status: 200, data: { number: 1, live: true } });
    expect((await api.call(workspace.editor, 'publishPipeline', { params, body: {} })).data.number).toBe(1);

    await api.call(workspace.editor, 'savePipeline', {
      params,
      body: { revision: 1, document: inline('a\n2') },
    });
    expect((await api.call(workspace.editor, 'publishPipeline', { params, body: {} })).data.number).toBe(2);
    const back = await api.call(workspace.editor, 'publishPipeline', { params, body: { version: 1 } });
    expect(back.data).toMatchObject({ number: 1, live: true });

    const { data } = await api.call(workspace.viewer, 'listVersions', { params });
    expect(data.versions.map(({ number, live }) => [number, live])).toEqual([
      [2, false],
      [1, true],
    ]);
    const version = await api.call(workspace.viewer, 'getVersion', { params: { id, version: '2' } });
    expect(version.data.document).toMatchObject(inline('a\n2'));
    expect((await api.call(workspace.viewer, 'getVersion', { params: { id, version: '9' } })).status).toBe(
      404,
    );
  });

  it('makes no new version of a node that was only moved', async () => {
    const { id } = await create();
    await api.call(workspace.editor, 'publishPipeline', { params: { id }, body: {} });
    const document = { ...inline('a\n1'), view: { positions: { orders: { x: 99, y: 1 } } } };
    await api.call(workspace.editor, 'savePipeline', { params: { id }, body: { revision: 1, document } });
    expect(
      (await api.call(workspace.editor, 'publishPipeline', { params: { id }, body: {} })).data.number,
    ).toBe(1);
  });
});

describe('requests', () => {
  it.each([
    ['createPipeline', { body: { name: '' } }],
    ['createPipeline', { body: { name: 'x'.repeat(201) } }],
    ['getPipeline', { params: { id: 'not-an-id' } }],
    ['savePipeline', { params: { id: '7b0ef6f2-8f3c-4f07-8d0c-0d6a4a1a3f11' }, body: { revision: 1 } }],
    ['listRuns', { query: { limit: 501 } }],
    ['listRuns', { query: { status: 'done' } }],
  ] as const)('refuses %s with %j', async (name, given) => {
    const reply = await api.call(workspace.owner, name, given);
    expect(reply).toMatchObject({
      status: 400,
      error: { code: 'invalid-request', issues: [expect.anything()] },
    });
  });

  it('refuses a body that is too large or no JSON', async () => {
    const large = await api.call(workspace.owner, 'createSchedule', {
      body: { filler: 'x'.repeat(300_000) },
    });
    expect(large).toMatchObject({ status: 413, error: { code: 'too-large' } });
    const form = await api.call(workspace.owner, 'createPipeline', {
      body: {},
      headers: { 'content-type': 'text/plain' },
    });
    expect(form).toMatchObject({ status: 415, error: { code: 'unsupported-media-type' } });
  });

  it('asks nobody in without a session', async () => {
    expect(await api.call(null, 'listPipelines')).toMatchObject({
      status: 401,
      error: { code: 'not-signed-in' },
    });
    const forged = { ...workspace.owner, accessToken: `${workspace.owner.accessToken.slice(0, -4)}AAAA` };
    expect((await api.call(forged, 'listPipelines')).status).toBe(401);
  });
});

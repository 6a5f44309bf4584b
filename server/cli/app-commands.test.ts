import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestUser } from '#server/supabase/testing/test-supabase.ts';
import { testApi } from '#server/usecases/testing/api.ts';

// The command as a process, the app's own routes and a real database; only Next's listening is done by a plain server.
const CLI = path.join(import.meta.dirname, 'main.ts');
const YAML = `version: 1
name: Carried over
nodes:
  - id: a
    type: inline-source
    config:
      format: csv
      content: "n\\n1\\n"
  - id: b
    type: filter
    config:
      condition: n > 0
edges:
  - source: a
    target: b
`;

let folder: string;
let url: string;
let editor: TestUser;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-carry-'));
  const api = await testApi();
  ({ editor } = await api.supabase.workspace());
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const user = request.headers.authorization === `Bearer ${editor.accessToken}` ? editor : null;
      const id = /^\/api\/pipelines\/([^/]+)$/.exec(request.url ?? '')?.[1];
      const answer =
        request.method === 'POST'
          ? await api.raw(user, 'createPipeline', { body: JSON.parse(Buffer.concat(chunks).toString()) })
          : await api.raw(user, 'getPipeline', { params: { id: id ?? '' } });
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  afterAll(() => server.close());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function sluice(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      SLUICE_DATA_DIR: folder,
      SLUICE_URL: url,
      SLUICE_TOKEN: editor.accessToken,
      ...env,
    },
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  await once(child, 'close');
  return { code: child.exitCode, out, err };
}

it('a document goes into the app and comes out of it the same', async () => {
  const file = path.join(folder, 'p.yaml');
  await writeFile(file, YAML);
  const imported = await sluice(['import', file, '--json']);
  expect(imported).toMatchObject({ code: 0, err: '' });
  const made = JSON.parse(imported.out) as { id: string; name: string; url: string };
  expect(made).toMatchObject({ name: 'Carried over', url: `${url}/pipelines/${made.id}` });
  const exported = await sluice(['export', made.id]);
  expect(exported.code).toBe(0);
  const again = path.join(folder, 'again.yaml');
  await writeFile(again, exported.out);
  expect((await sluice(['validate', again])).code).toBe(0);
  const asJson = JSON.parse((await sluice(['export', made.id, '--json'])).out) as Record<string, unknown>;
  expect(asJson).toMatchObject({
    name: 'Carried over',
    nodes: [{ id: 'a' }, { id: 'b', config: { condition: 'n > 0' } }],
    edges: [{ source: 'a', target: 'b' }],
  });
  expect(await readFile(again, 'utf8')).toContain('condition: n > 0');
});

it('refuses what is no pipeline, with its line, and sends nothing', async () => {
  const file = path.join(folder, 'bad.yaml');
  await writeFile(file, `${YAML}unknown: 1\n`);
  const answer = await sluice(['import', file, '--json']);
  expect(answer.code).toBe(2);
  expect(JSON.parse(answer.out)).toMatchObject({ error: { issues: [{ line: 16 }] } });
});

it('says what stands in the way: no such pipeline, no right, no app', async () => {
  const missing = await sluice(['export', crypto.randomUUID(), '--json']);
  expect(missing.code).toBe(1);
  expect(JSON.parse(missing.out)).toMatchObject({ error: { code: 'not-found' } });
  const stranger = await sluice(['export', crypto.randomUUID(), '--json'], { SLUICE_TOKEN: 'x' });
  expect(stranger.code).toBe(1);
  const away = await sluice(['export', 'any', '--json'], { SLUICE_URL: 'http://127.0.0.1:9' });
  expect(JSON.parse(away.out)).toMatchObject({ error: { code: 'app-not-running' } });
});

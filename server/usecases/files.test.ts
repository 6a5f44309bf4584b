import { createReadStream } from 'node:fs';
import { link, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { workspaceRoot } from '#server/files/workspace-root.ts';
import type { TestWorkspace } from '#server/supabase/testing/test-supabase.ts';
import { testApi, type TestApi } from './testing/api.ts';

let api: TestApi;
let workspace: TestWorkspace;
let root: string;
beforeAll(async () => {
  api = await testApi();
});
async function fresh() {
  workspace = await api.supabase.workspace();
  root = workspaceRoot(workspace.id);
}
const upload = (name: string, body: unknown, headers?: Record<string, string>) =>
  api.call(workspace.editor, 'uploadFile', { query: { name }, body, headers });
const bytes = (text: string) => new TextEncoder().encode(text);

describe('uploads', () => {
  beforeAll(fresh);
  afterEach(() => {
    delete process.env.SLUICE_MAX_UPLOAD_BYTES;
  });

  it('stores the raw bytes below uploads/', async () => {
    const { status, data } = await upload('orders.csv', bytes('id\n1\n'));
    expect({ status, path: data.path, size: data.sizeBytes }).toEqual({
      status: 200,
      path: 'uploads/orders.csv',
      size: 5,
    });
    expect(await readFile(path.join(root, 'uploads/orders.csv'), 'utf8')).toBe('id\n1\n');
  });

  it('stores the file of a form', async () => {
    const form = new FormData();
    form.set('file', new File(['a;b\n1;2\n'], 'Müller & Söhne.csv'));
    const { data } = await api.call(workspace.editor, 'uploadFile', { body: form });
    expect(data.path).toBe('uploads/Müller & Söhne.csv');
    expect(await readFile(path.join(root, data.path), 'utf8')).toBe('a;b\n1;2\n');
  });

  it('never writes over a file', async () => {
    const replies = await Promise.all(['1', '2', '3'].map((text) => upload('same.csv.gz', bytes(text))));
    const paths = replies.map(({ data }) => data.path);
    expect([...paths].sort()).toEqual([
      'uploads/same-2.csv.gz',
      'uploads/same-3.csv.gz',
      'uploads/same.csv.gz',
    ]);
    expect(await Promise.all(paths.map((file) => readFile(path.join(root, file), 'utf8')))).toEqual([
      '1',
      '2',
      '3',
    ]);
  });

  it.each([
    ['../../../etc/passwd', 'uploads/passwd'],
    ['..\\..\\boot.ini', 'uploads/boot.ini'],
    ['/absolute/x.csv', 'uploads/x.csv'],
    ['.hidden', 'uploads/hidden'],
    ['..', 'uploads/upload'],
    ['a\u0001b\u202Ec.csv', 'uploads/a_b_c.csv'],
    ['*[x]?{a,b}.csv', 'uploads/_x_a,b_.csv'],
    ['${since}.csv', 'uploads/_since_.csv'],
    [`${'ü'.repeat(200)}.csv`, `uploads/${'ü'.repeat(116)}.csv`],
  ])('makes %j a safe name', async (name, stored) => {
    const { data } = await upload(name, bytes('x'));
    expect(data.path).toBe(stored);
  });

  it('refuses a name that no database can hold', async () => {
    const told = await upload('a\u0000b.csv', bytes('x'));
    expect(told.status).toBe(400);
  });

  it('stops at the limit and leaves nothing behind', async () => {
    process.env.SLUICE_MAX_UPLOAD_BYTES = '1000';
    const before = await readdir(path.join(root, 'uploads'));
    const told = await upload('big.csv', new Uint8Array(200_000));
    expect(told).toMatchObject({ status: 413, error: { code: 'too-large' } });
    // Without a length told beforehand: a stream that would go on.
    const endless = new ReadableStream({
      pull: (controller) => {
        controller.enqueue(new Uint8Array(400));
      },
    });
    const untold = await upload('endless.csv', endless);
    expect(untold).toMatchObject({ status: 413, error: { code: 'too-large' } });
    // As Next hands it over: a Node stream underneath, which goes on sending for a moment after nobody reads any more.
    const node = Readable.from(Array.from({ length: 50 }, () => Buffer.alloc(400)));
    expect((await upload('node.csv', Readable.toWeb(node))).status).toBe(413);
    const form = new FormData();
    form.set('file', new File([new Uint8Array(1001)], 'form.csv'));
    expect((await api.call(workspace.editor, 'uploadFile', { body: form })).status).toBe(413);
    expect(await readdir(path.join(root, 'uploads'))).toEqual(before);
  });

  it('stops reading a form of any length at the limit', async () => {
    process.env.SLUICE_MAX_UPLOAD_BYTES = '100000';
    const before = await readdir(path.join(root, 'uploads'));
    const head = '--x\r\nContent-Disposition: form-data; name="file"; filename="long.csv"\r\n\r\n';
    const parts = [Buffer.from(head), ...Array.from({ length: 400 }, () => Buffer.alloc(10_000, 'a'))];
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    const body = Readable.toWeb(Readable.from(parts));
    const reply = await api.call(workspace.editor, 'uploadFile', { body, headers });
    expect(reply).toMatchObject({ status: 413, error: { code: 'too-large' } });
    expect(await readdir(path.join(root, 'uploads'))).toEqual(before);
  });

  it('stores a large form whole, with what stands before and after the file', async () => {
    const form = new FormData();
    form.set('note', 'before');
    form.set('file', new File([Buffer.alloc(12_345_678, 'x')], 'large.bin'));
    form.set('more', 'after');
    const sent = new Response(form);
    const body = Readable.toWeb(Readable.from(Buffer.from(await sent.arrayBuffer())));
    const headers = { 'content-type': sent.headers.get('content-type') ?? '' };
    const { data } = await api.call(workspace.editor, 'uploadFile', { body, headers });
    expect(data).toMatchObject({ path: 'uploads/large.bin', sizeBytes: 12_345_678 });
  });

  it('leaves nothing of an upload that breaks off', async () => {
    const before = await readdir(path.join(root, 'uploads'));
    const broken = new ReadableStream({
      start: (controller) => {
        controller.enqueue(new Uint8Array(10));
      },
      pull: () => {
        throw new Error('gone');
      },
    });
    expect(await upload('broken.csv', broken)).toMatchObject({
      status: 400,
      error: { code: 'upload-broken' },
    });
    const half = '--x\r\nContent-Disposition: form-data; name="file"; filename="half.csv"\r\n\r\nabc';
    const reply = await api.call(workspace.editor, 'uploadFile', {
      body: bytes(half),
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    });
    expect(reply.status).toBe(400);
    expect(await readdir(path.join(root, 'uploads'))).toEqual(before);
  });

  it('needs a name, a file, and an editor', async () => {
    expect(await api.call(workspace.editor, 'uploadFile', { body: bytes('x') })).toMatchObject({
      status: 400,
      error: { code: 'invalid-request' },
    });
    const empty = new FormData();
    empty.set('note', 'no file here');
    expect((await api.call(workspace.editor, 'uploadFile', { body: empty })).status).toBe(400);
    expect(
      (await api.call(workspace.viewer, 'uploadFile', { query: { name: 'a.csv' }, body: bytes('x') })).status,
    ).toBe(403);
  });

  it('does not follow a link that stands where uploads/ should be', async () => {
    const other = await api.supabase.workspace();
    const otherRoot = workspaceRoot(other.id);
    await mkdir(otherRoot, { recursive: true });
    await symlink(path.join(root, 'uploads'), path.join(otherRoot, 'uploads'));
    const reply = await api.call(other.owner, 'uploadFile', {
      query: { name: 'planted.csv' },
      body: bytes('x'),
    });
    expect(reply).toMatchObject({ status: 400, error: { code: 'path-outside' } });
  });
});

describe('listing and downloading', () => {
  beforeAll(async () => {
    await fresh();
    await mkdir(path.join(root, 'out'), { recursive: true });
    await writeFile(path.join(root, 'out/revenue ü.csv'), 'region,sum\nnorth,1\n');
    await writeFile(path.join(root, 'out/.half.part'), 'x');
    await writeFile(path.join(root, 'page.html'), '<script>alert(1)</script>');
    await writeFile(path.join(api.dataDir, 'secrets.json'), '{"key":1}');
    await symlink(path.join(api.dataDir, 'secrets.json'), path.join(root, 'out/link.json'));
    await symlink(api.dataDir, path.join(root, 'elsewhere'));
  });
  const download = (named: string) => api.raw(workspace.viewer, 'downloadFile', { query: { path: named } });

  it('lists files, neither hidden ones nor links', async () => {
    const { data } = await api.call(workspace.viewer, 'listFiles');
    expect(data.files.map((file) => file.path)).toEqual(['out/revenue ü.csv', 'page.html']);
    const under = await api.call(workspace.viewer, 'listFiles', { query: { under: 'out' } });
    expect(under.data.files.map((file) => file.path)).toEqual(['out/revenue ü.csv']);
    expect((await api.call(workspace.viewer, 'listFiles', { query: { under: '../..' } })).status).toBe(400);
    expect((await api.call(workspace.viewer, 'listFiles', { query: { under: 'elsewhere' } })).status).toBe(
      400,
    );
  });

  it('lists nothing where nothing was ever stored', async () => {
    const empty = await api.supabase.workspace();
    expect((await api.call(empty.viewer, 'listFiles')).data).toEqual({ files: [], truncated: false });
  });

  it('sends a file as an attachment that no browser opens as a page', async () => {
    const answer = await download('out/revenue ü.csv');
    expect(await answer.text()).toBe('region,sum\nnorth,1\n');
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="revenue _.csv"; filename*=UTF-8''revenue%20%C3%BC.csv`,
    );
    const page = await download('page.html');
    expect(page.headers.get('content-type')).toBe('application/octet-stream');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    await page.body?.cancel();
  });

  it.each([
    ['../secrets.json', 'path-outside'],
    ['out/../../../secrets.json', 'path-outside'],
    ['out/link.json', 'path-outside'],
    ['elsewhere/secrets.json', 'path-outside'],
    ['/etc/passwd', 'path-outside'],
    ['out/.half.part', 'file-not-found'],
    ['out', 'file-not-found'],
    ['out/*.none', 'file-not-found'],
    ['nothing.csv', 'file-not-found'],
  ])('refuses %s', async (named, code) => {
    const answer = await download(named);
    expect((await answer.json()).error.code).toBe(code);
  });

  it('streams a file that is larger than what it would hold in memory at once', async () => {
    const large = path.join(root, 'large.bin');
    await writeFile(large, Buffer.alloc(20 * 1024 * 1024, 'x'));
    await link(large, path.join(root, 'again.bin'));
    let read = 0;
    const answer = await download('again.bin');
    for await (const chunk of answer.body ?? []) read += (chunk as Uint8Array).byteLength;
    expect(read).toBe(20 * 1024 * 1024);
    const back = await upload('again.bin', Readable.toWeb(createReadStream(large)));
    expect(back.data.sizeBytes).toBe(read);
  });
});

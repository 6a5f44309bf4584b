import { describe, expect, it } from 'vitest';
import { RevisionConflictError, type PipelineDetail } from '#lib/contracts/pipelines.ts';
import { pipelineDocumentSchema, type PipelineDocument } from '#lib/document/schema.ts';
import { AppError } from '#lib/errors/app-error.ts';
import { setName } from '../model/commands.ts';
import { fromDocument } from '../model/editor-document.ts';
import { createDocumentStore } from './document-store.ts';
import { createSaveStore, type DraftShelf, type UnsavedDraft } from './save-store.ts';

/** A server that keeps one pipeline and refuses other revisions, as ours does. */
class Server {
  revision = 1;
  document: PipelineDocument = pipelineDocumentSchema.parse({ version: 1, name: 'Start' });
  reachable = true;
  saves = 0;
  /** When set, an answer waits for it. */
  gate: Promise<void> = Promise.resolve();

  detail(): PipelineDetail {
    const now = new Date().toISOString();
    return {
      id: '00000000-0000-4000-8000-000000000000',
      name: this.document.name,
      description: '',
      revision: this.revision,
      liveVersion: null,
      nodeCount: 0,
      lastRun: null,
      createdAt: now,
      updatedAt: now,
      document: { ...this.document },
    };
  }

  async save(request: { revision: number; document: PipelineDocument }): Promise<PipelineDetail> {
    await this.gate;
    if (!this.reachable) throw new AppError('unreachable', 'Sluice does not answer.', { kind: 'transient' });
    if (request.revision !== this.revision) throw new RevisionConflictError(this.detail());
    if (request.document.name === 'forbidden') throw new AppError('forbidden', 'Viewers cannot save.');
    this.saves += 1;
    this.revision += 1;
    this.document = request.document;
    return this.detail();
  }
}

function shelfOf(): DraftShelf & { draft: UnsavedDraft | null } {
  return {
    draft: null,
    get() {
      return this.draft;
    },
    put(draft) {
      this.draft = draft;
    },
    clear() {
      this.draft = null;
    },
  };
}

function open(server = new Server()) {
  const document = createDocumentStore(fromDocument(server.document));
  const shelf = shelfOf();
  const save = createSaveStore({
    revision: server.revision,
    document,
    save: (request) => server.save(request),
    shelf,
    debounceMs: 5,
    retryMs: 5,
  });
  const rename = (name: string) => document.apply('rename', (editor) => setName(editor, name));
  return { server, document, shelf, save, rename };
}

const until = async (condition: () => boolean) => {
  for (let tries = 0; tries < 400 && !condition(); tries++)
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(condition()).toBe(true);
};

describe('saving', () => {
  it('saves after a change by itself and says so only then', async () => {
    const { server, save, rename } = open();
    expect(save.getState().status).toBe('saved');
    rename('Mine');
    expect(save.getState().status).toBe('dirty');
    await until(() => save.getState().status === 'saved');
    expect(server.document.name).toBe('Mine');
    expect(save.revision()).toBe(2);
  });

  it('is not saved when the document changed while the answer was on its way', async () => {
    const { server, save, rename } = open();
    let release = () => {};
    server.gate = new Promise((resolve) => (release = resolve));
    rename('One');
    const flushed = save.flush();
    rename('Two');
    release();
    await flushed;
    expect(save.getState().status).toBe('dirty');
    await until(() => save.getState().status === 'saved');
    expect(server.document.name).toBe('Two');
  });

  it('is saved again when the change was undone before it was sent', async () => {
    const { server, save, document, rename } = open();
    rename('Mine');
    document.undo();
    expect(save.getState().status).toBe('saved');
    await save.flush();
    expect(server.saves).toBe(0);
  });

  it('keeps here at once what the server may not hear of any more', () => {
    const { shelf, save, rename } = open();
    save.keep();
    expect(shelf.draft).toBeNull();
    rename('Mine');
    save.keep();
    expect(shelf.draft).toMatchObject({ revision: 1, document: { name: 'Mine' } });
  });

  it('never writes over what someone else saved, until the person says so', async () => {
    const { server, save, rename, shelf } = open();
    server.revision = 7;
    server.document = { ...server.document, name: 'Theirs' };
    rename('Mine');
    await until(() => save.getState().status === 'conflict');
    rename('Mine still');
    await save.flush();
    expect(server.document.name).toBe('Theirs');
    expect(shelf.draft?.document.name).toBe('Mine still');
    await save.keepMine();
    expect(save.getState().status).toBe('saved');
    expect(server.document.name).toBe('Mine still');
    expect(shelf.draft).toBeNull();
  });

  it('goes on from the other version when the person takes it', async () => {
    const { server, save, document, rename } = open();
    server.revision = 7;
    rename('Mine');
    await until(() => save.getState().status === 'conflict');
    document.apply('take theirs', (editor) => setName(editor, 'Theirs'));
    save.takeTheirs();
    expect(save.getState().status).toBe('saved');
    rename('Next');
    await until(() => server.document.name === 'Next');
    expect(server.revision).toBe(8);
  });

  it('keeps the draft in the browser while the server is away, and saves it when it is back', async () => {
    const { server, save, rename, shelf } = open();
    server.reachable = false;
    rename('Mine');
    await until(() => save.getState().status === 'offline');
    expect(shelf.draft?.document.name).toBe('Mine');
    rename('Mine too');
    expect(shelf.draft?.document.name).toBe('Mine too');
    server.reachable = true;
    await until(() => save.getState().status === 'saved');
    expect(server.document.name).toBe('Mine too');
    expect(shelf.draft).toBeNull();
  });

  it('says why the server refused and tries again with the next change', async () => {
    const { server, save, rename } = open();
    rename('forbidden');
    await until(() => save.getState().status === 'refused');
    expect(save.getState()).toMatchObject({ message: 'Viewers cannot save.' });
    rename('Fine');
    await until(() => save.getState().status === 'saved');
    expect(server.document.name).toBe('Fine');
  });
});

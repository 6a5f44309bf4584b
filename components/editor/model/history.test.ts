import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DocumentNode } from '#lib/document/schema.ts';
import { nodeId } from '#lib/graph/ids.ts';
import {
  addNode,
  connect,
  moveElements,
  removeElements,
  renameNodeId,
  reorderEdges,
  setConfig,
  setEdge,
  setName,
  setNode,
  setNote,
  setParameters,
  setSettings,
} from './commands.ts';
import { fromDocument, toDocument, type EditorDocument } from './editor-document.ts';
import { record, redo, startHistory, undo, type History } from './history.ts';
import { pipelineDocumentSchema } from '#lib/document/schema.ts';

const start = fromDocument(
  pipelineDocumentSchema.parse({
    version: 1,
    name: 'Start',
    nodes: [
      { id: 'a', type: 'inline-source', config: { content: 'x' } },
      { id: 'b', type: 'filter', config: { condition: 'x > 1' }, position: { x: 10, y: 20 } },
    ],
    edges: [{ source: 'a', target: 'b' }],
  }),
);

type Change = (editor: EditorDocument) => EditorDocument;
const index = fc.nat(20);
const word = fc.stringMatching(/^[a-z]{1,6}$/);
const at = <T>(list: readonly T[], i: number): T | undefined =>
  list.length ? list[i % list.length] : undefined;

/** A change to whatever node, edge or note is there when it is its turn. */
const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(word, index).map(
    ([id, x]): Change =>
      (doc) =>
        addNode(doc, { id: nodeId(id), type: 'filter', config: {} } satisfies DocumentNode, { x, y: 0 }),
  ),
  index.map(
    (i): Change =>
      (doc) =>
        removeElements(doc, [at(doc.nodeIds, i) ?? 'none']),
  ),
  index.map(
    (i): Change =>
      (doc) =>
        removeElements(doc, [at(doc.edgeIds, i) ?? 'none']),
  ),
  fc.tuple(index, index).map(([i, j]): Change => (doc) => {
    const [source, target] = [at(doc.nodeIds, i), at(doc.nodeIds, j)];
    return source && target ? connect(doc, { source, target }) : doc;
  }),
  fc.tuple(index, index).map(
    ([i, x]): Change =>
      (doc) =>
        moveElements(doc, { [at(doc.nodeIds, i) ?? 'none']: { x, y: 1 } }),
  ),
  fc.tuple(index, word).map(([i, name]): Change => (doc) => {
    const id = at(doc.nodeIds, i);
    return id ? setNode(doc, id, { name, masterData: true }) : doc;
  }),
  fc.tuple(index, word).map(([i, text]): Change => (doc) => {
    const id = at(doc.nodeIds, i);
    return id ? setConfig(doc, id, { condition: text }) : doc;
  }),
  fc.tuple(index, word).map(
    ([i, id]): Change =>
      (doc) =>
        renameNodeId(doc, at(doc.nodeIds, i) ?? 'none', nodeId(id)),
  ),
  fc.tuple(index, word).map(([i, from]): Change => (doc) => {
    const id = at(doc.edgeIds, i);
    return id ? setEdge(doc, id, { transform: { mode: 'select', columns: [{ from }] } }) : doc;
  }),
  fc.constant<Change>((doc) => reorderEdges(doc, [...doc.edgeIds].reverse())),
  word.map(
    (name): Change =>
      (doc) =>
        setName(doc, name),
  ),
  word.map(
    (name): Change =>
      (doc) =>
        setParameters(doc, { [name]: { type: 'string', default: name } }),
  ),
  fc.integer({ min: 1, max: 64 }).map(
    (concurrency): Change =>
      (doc) =>
        setSettings(doc, { concurrency }),
  ),
  word.map(
    (text): Change =>
      (doc) =>
        setNote(doc, { id: 'note', text, x: 0, y: 0 }),
  ),
);

function repeat<T>(history: History<T>, step: (history: History<T>) => History<T>): History<T> {
  let current = history;
  for (let next = step(current); next !== current; next = step(current)) current = next;
  return current;
}

describe('history', () => {
  it('undoes any sequence of changes back to the start and redoes it to the end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(changes, fc.constantFrom(undefined, 'key')), { maxLength: 40 }),
        (steps) => {
          let history = startHistory(start);
          steps.forEach(([change, key], at) => {
            history = record(history, change(history.present), { label: 'change', key, at: at * 1000 });
          });
          const end = history.present;
          const back = repeat(history, undo);
          expect(back.present).toEqual(start);
          expect(repeat(back, redo).present).toEqual(end);
          // Whatever was done to it, it is a document that can be saved.
          expect(pipelineDocumentSchema.safeParse(toDocument(end)).success).toBe(true);
        },
      ),
    );
  });

  it('makes one step of typing in one field, and two after a pause or in another field', () => {
    const type = (history: History<EditorDocument>, name: string, key: string, at: number) =>
      record(history, setName(history.present, name), { label: 'rename', key, at });
    let history = startHistory(start);
    history = type(history, 'S', 'name', 0);
    history = type(history, 'Sa', 'name', 300);
    history = type(history, 'Sal', 'name', 900);
    expect(history.done).toHaveLength(1);
    expect(undo(history).present).toBe(start);
    history = type(history, 'Sale', 'name', 5000);
    history = type(history, 'Sales', 'other', 5100);
    expect(history.done).toHaveLength(3);
  });

  it('forgets what was undone when something new is done', () => {
    let history = record(startHistory(start), setName(start, 'One'), { label: 'rename', at: 0 });
    history = undo(history);
    history = record(history, setName(history.present, 'Two'), { label: 'rename', at: 1 });
    expect(redo(history)).toBe(history);
    expect(history.present.name).toBe('Two');
  });

  it('takes no step for a change that changes nothing', () => {
    const history = startHistory(start);
    expect(record(history, setName(start, 'Start'), { label: 'rename', at: 0 })).toBe(history);
    expect(record(history, setConfig(start, 'b', { condition: 'x > 1' }), { label: 'edit', at: 0 })).toBe(
      history,
    );
    expect(record(history, moveElements(start, { b: { x: 10, y: 20 } }), { label: 'move', at: 0 })).toBe(
      history,
    );
  });
});

describe('commands', () => {
  it('removes a node with its edges and its place', () => {
    const next = removeElements(start, ['b']);
    expect(next.nodeIds).toEqual(['a']);
    expect(next.edgeIds).toEqual([]);
    expect(next.positions).toEqual({});
  });

  it('leads edges along when an id changes', () => {
    const next = toDocument(renameNodeId(start, 'b', nodeId('late')));
    expect(next.nodes.map((node) => node.id)).toEqual(['a', 'late']);
    expect(next.edges).toEqual([{ source: 'a', target: 'late' }]);
    expect(next.view?.positions).toEqual({ late: { x: 10, y: 20 } });
  });

  it('keeps the identity of what it does not touch', () => {
    const next = setNode(start, 'b', { name: 'Late' });
    expect(next.nodes['a']).toBe(start.nodes['a']);
    expect(next.edges).toBe(start.edges);
    expect(next.positions).toBe(start.positions);
  });

  it('leaves default ports out of the document', () => {
    const ends = { source: nodeId('a'), target: nodeId('b'), sourcePort: 'output', targetPort: 'left' };
    expect(toDocument(connect(start, ends)).edges[1]).toEqual({
      source: 'a',
      target: 'b',
      targetPort: 'left',
    });
  });
});

import { describe, expect, it } from 'vitest';
import { pipelineDocumentSchema } from '#lib/document/schema.ts';
import { nodeId } from '#lib/graph/ids.ts';
import type { NodeDefinition } from '#lib/nodes/define.ts';
import { copyText, paste, readFragment } from './clipboard.ts';
import { connect } from './commands.ts';
import { inputNameFor, mayConnect } from './connection-rules.ts';
import { fromDocument, toDocument } from './editor-document.ts';
import { freeName, freeNodeId } from './free-names.ts';
import { staleNodes } from './staleness.ts';

const document = pipelineDocumentSchema.parse({
  version: 1,
  name: 'Late flights',
  nodes: [
    { id: 'flights', type: 'file-source', name: 'Flights', config: { path: 'a.csv' } },
    { id: 'late', type: 'filter', name: 'Late', config: { condition: 'delay > ${least}' } },
    { id: 'sorted', type: 'order', config: { by: [{ column: 'delay' }] } },
    { id: 'both', type: 'join', config: {} },
    { id: 'out', type: 'file-destination', config: { path: 'out.csv' } },
  ],
  edges: [
    { source: 'flights', target: 'late' },
    {
      source: 'late',
      target: 'sorted',
      transform: { mode: 'select', columns: [{ from: 'delay', as: 'd' }] },
    },
    { source: 'late', target: 'both', targetPort: 'left' },
    { source: 'sorted', target: 'out' },
  ],
  parameters: { least: { type: 'integer', default: 15 } },
});
const editor = fromDocument(document);

/** Only the ports matter here. */
const port = (name: string) => ({ name, label: name, required: true });
const ports: Record<string, Pick<NodeDefinition, 'inputs' | 'outputs'>> = {
  'file-source': { inputs: [], outputs: [port('output')] },
  filter: { inputs: [port('input')], outputs: [port('output')] },
  order: { inputs: [port('input')], outputs: [port('output')] },
  join: { inputs: [port('left'), port('right')], outputs: [port('output')] },
  sql: { inputs: [{ ...port('input'), separate: true }], outputs: [port('output')] },
  'file-destination': { inputs: [port('input')], outputs: [] },
};
const context = { definitionOf: (type: string) => ports[type] as NodeDefinition | undefined };
const ends = (source: string, target: string, targetPort?: string) => ({
  source: nodeId(source),
  target: nodeId(target),
  ...(targetPort ? { targetPort } : {}),
});

describe('connecting', () => {
  it('allows a free port', () => {
    expect(mayConnect(editor, ends('sorted', 'both', 'right'), context)).toEqual({ ok: true });
  });

  it.each([
    ['a circle, by its names', ends('sorted', 'late'), 'That would close a circle: Late → sorted → Late'],
    ['itself', ends('late', 'late'), 'Late cannot feed itself'],
    ['a second time', ends('flights', 'late'), 'Flights already feeds Late'],
    ['into a source', ends('late', 'flights'), 'Flights is a source: nothing goes into it'],
    ['out of a destination', ends('out', 'late'), 'out is a destination: nothing comes out of it'],
    ['a port that is not there', ends('sorted', 'both', 'input'), 'both has no input “input”'],
  ])('refuses %s', (_what, wanted, reason) => {
    expect(mayConnect(editor, wanted, context)).toEqual({ ok: false, reason });
  });

  it('allows the same rows a second time where inputs keep names of their own, and finds them one', () => {
    const twice = fromDocument(
      pipelineDocumentSchema.parse({
        version: 1,
        name: 'Twice',
        nodes: [
          { id: 'flights', type: 'file-source', config: { path: 'a.csv' } },
          { id: 'flights2', type: 'file-source', config: { path: 'b.csv' } },
          { id: 'query', type: 'sql', config: { query: '' } },
        ],
        edges: [
          { source: 'flights', target: 'query' },
          { source: 'flights2', target: 'query' },
        ],
      }),
    );
    const again = ends('flights', 'query');
    expect(mayConnect(twice, again, context)).toEqual({ ok: true });
    const name = inputNameFor(twice, again, context.definitionOf);
    expect(name).toBe('flights3');
    expect(toDocument(connect(twice, again, name)).edges.at(-1)).toEqual({ ...again, as: 'flights3' });
    expect(inputNameFor(editor, ends('sorted', 'both', 'right'), context.definitionOf)).toBeUndefined();
  });

  it('counts reading master data as an edge', () => {
    const masters = [{ source: 'flights', target: 'out' }];
    expect(mayConnect(editor, ends('sorted', 'both', 'right'), { ...context, masters })).toEqual({
      ok: true,
    });
    const circle = { ...context, masters: [{ source: 'both', target: 'sorted' }] };
    expect(mayConnect(editor, ends('sorted', 'both', 'right'), circle)).toMatchObject({ ok: false });
  });
});

describe('copy and paste', () => {
  it('carries nodes and the edges between them under free names', () => {
    const text = copyText(editor, ['late', 'sorted']);
    const fragment = readFragment(text ?? '');
    const result = paste(editor, fragment ?? { nodes: [], edges: [] }, { x: 100, y: 50 });
    const pasted = toDocument(result.editor);
    expect(result.pasted).toEqual(['late2', 'sorted2']);
    expect(pasted.nodes.slice(5)).toEqual([
      { id: 'late2', type: 'filter', name: 'Late 2', config: { condition: 'delay > ${least}' } },
      { id: 'sorted2', type: 'order', config: { by: [{ column: 'delay' }] } },
    ]);
    expect(pasted.edges.slice(4)).toEqual([
      {
        source: 'late2',
        target: 'sorted2',
        transform: { mode: 'select', columns: [{ from: 'delay', as: 'd' }] },
      },
    ]);
    expect(pasted.view?.positions?.['late2']).toEqual({ x: 100, y: 50 });
  });

  it('leaves any other text alone', () => {
    expect(readFragment('hello')).toBeNull();
    expect(readFragment('nodes: 3')).toBeNull();
    expect(readFragment('nodes: [{ id: "1 bad", type: filter }]')).toBeNull();
    expect(readFragment('nodes: [')).toBeNull();
    expect(copyText(editor, ['nobody'])).toBeNull();
  });
});

describe('free names', () => {
  it('makes readable ids that SQL may use', () => {
    expect(freeNodeId('Late flights (2001).csv', [])).toBe('lateFlights2001Csv');
    expect(freeNodeId('Überflüge', ['uberfluge'])).toBe('uberfluge2');
    expect(freeNodeId('Input', [])).toBe('input2');
    expect(freeNodeId('2001', [])).toBe('node2001');
    expect(freeNodeId('日本', [])).toBe('node');
    expect(freeName('Filter', ['filter', 'Filter 2'])).toBe('Filter 3');
  });
});

describe('staleness', () => {
  it('marks a changed node and all below it, and nothing else', () => {
    const now = {
      ...document,
      nodes: document.nodes.map((node) => (node.id === 'sorted' ? { ...node, config: { by: [] } } : node)),
    };
    expect(Object.keys(staleNodes(document, now)).sort()).toEqual(['out', 'sorted']);
  });

  it('knows that names and places change no rows', () => {
    const now = {
      ...document,
      nodes: document.nodes.map((node) => ({ ...node, name: 'X', position: { x: 1, y: 2 } })),
    };
    expect(staleNodes(document, now)).toEqual({});
  });

  it('sees a changed transform at its target and a changed parameter at its reader', () => {
    const edges = document.edges.map((edge) =>
      edge.target === 'sorted' ? { source: edge.source, target: edge.target } : edge,
    );
    expect(staleNodes(document, { ...document, edges })['sorted']).toBe('Its inputs changed since the run');
    const parameters = { least: { type: 'integer' as const, default: 30 } };
    const stale = staleNodes(document, { ...document, parameters });
    expect(stale['late']).toBe('A parameter changed since the run');
    expect(stale['flights']).toBeUndefined();
    expect(stale['out']).toBe('Something it reads changed since the run');
  });
});

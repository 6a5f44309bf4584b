import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDocument, readDocumentText } from './read.ts';
import { canonicalJson, toJson, toYaml } from './serialise.ts';
import { pipelineDocumentSchema, type PipelineDocument } from './schema.ts';

const word = fc
  .stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,8}$/)
  .filter((text) => !['input', 'master', 'source'].includes(text.toLowerCase()));
const anyText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
const documents: fc.Arbitrary<PipelineDocument> = fc
  .record({
    name: anyText,
    ids: fc.uniqueArray(word, { minLength: 1, maxLength: 6, selector: (id) => id.toLowerCase() }),
    condition: anyText,
    mode: fc.constantFrom('auto', 'duckdb'),
    text: fc.oneof(
      anyText,
      fc.constantFrom('no', '010', '~', '1e3', '- x', '# c', 'a: b', '\n\n', ' x', "'", '"'),
    ),
  })
  .map(({ name, ids, condition, mode, text }) =>
    pipelineDocumentSchema.parse({
      version: 1,
      name,
      settings: { mode },
      parameters: { p: { type: 'string', default: text } },
      nodes: ids.map((id, index) => ({
        id,
        type: index === 0 ? 'inline-source' : 'filter',
        name: text,
        config: index === 0 ? { format: 'csv', content: condition } : { condition },
      })),
      edges: ids.slice(1).map((target, index) => ({ source: ids[index], target })),
      view: { positions: Object.fromEntries(ids.map((id, index) => [id, { x: index * 10, y: 0 }])) },
    }),
  );

describe('toYaml and toJson', () => {
  it('bring back the same document, whatever its texts', () => {
    fc.assert(
      fc.property(documents, (document) => {
        expect(readDocumentText(toYaml(document)).document).toEqual(readDocument(document).document);
        expect(readDocumentText(toJson(document)).document).toEqual(readDocument(document).document);
      }),
      { numRuns: 200 },
    );
  });

  it('leave defaults out and keep keys in order', () => {
    const document = pipelineDocumentSchema.parse({
      name: 'Tidy',
      version: 1,
      settings: { mode: 'auto', staging: 'all' },
      nodes: [{ config: { condition: 'x > 1' }, type: 'filter', id: 'f' }],
      edges: [{ target: 'f', source: 'a' }],
    });
    expect(toYaml(document)).toBe(
      'version: 1\nname: Tidy\nsettings:\n  staging: all\nnodes:\n  - { id: f, type: filter, config: { condition: x > 1 } }\nedges:\n  - { source: a, target: f }\n',
    );
  });
});

describe('canonicalJson', () => {
  const base = {
    version: 1,
    name: 'x',
    nodes: [{ id: 'a', type: 'filter', config: { a: 1, b: { c: 2, d: 3 } } }],
  };
  const canonical = (data: unknown) => canonicalJson(pipelineDocumentSchema.parse(data));
  it('does not see positions or the order of keys', () => {
    expect(
      canonical({
        ...base,
        view: { positions: { a: { x: 1, y: 2 } } },
        nodes: [{ type: 'filter', position: { x: 0, y: 0 }, config: { b: { d: 3, c: 2 }, a: 1 }, id: 'a' }],
      }),
    ).toBe(canonical(base));
  });
  it('sees every change of meaning', () => {
    expect(
      canonical({ ...base, nodes: [{ id: 'a', type: 'filter', config: { a: 1, b: { c: 2, d: 4 } } }] }),
    ).not.toBe(canonical(base));
    expect(canonical({ ...base, name: 'y' })).not.toBe(canonical(base));
  });
});

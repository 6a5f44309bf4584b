import { describe, expect, it } from 'vitest';
import { faultSchema } from '../errors/app-error.ts';
import { readDocument, readDocumentText } from './read.ts';

const source = '{ id: a, type: inline-source, config: { format: csv, content: "x\\n1" } }';
const found = (text: string) =>
  readDocumentText(text).faults.map(({ code, place }) => [code, place?.line, place?.column]);

describe('readDocumentText', () => {
  it('takes the whole of a good document, YAML or JSON', () => {
    const yaml = readDocumentText(
      `version: 1\nname: Good\nnodes:\n  - ${source}\n  - { id: b, type: filter, config: { condition: "x > 0" } }\nedges:\n  - { source: a, target: b }\n`,
    );
    expect(yaml.faults).toEqual([]);
    expect(yaml.document?.settings).toEqual({ mode: 'auto', staging: 'auto', counts: 'exact' });
    const json = readDocumentText(JSON.stringify(yaml.document));
    expect(json.faults).toEqual([]);
    expect(json.document).toEqual(yaml.document);
  });

  it('reads YAML 1.2: no, on and 010 stay what they look like', () => {
    const { document } = readDocumentText(
      'version: 1\nname: no\nparameters:\n  p: { type: string, default: on }\n',
    );
    expect(document?.name).toBe('no');
    expect(document?.parameters.p?.default).toBe('on');
  });

  it.each([
    ['broken YAML', 'version: 1\nname: "x\nnodes: []\n', 'syntax'],
    ['a tab for indentation', 'version: 1\nname: x\nsettings:\n\tmode: auto\n', 'syntax'],
    ['a duplicate key', 'version: 1\nname: x\nname: y\n', 'duplicate-key'],
    ['a list', '- 1\n', 'wrong-type'],
    ['nothing', '', 'wrong-type'],
    ['another version', 'version: 2\nname: x\n', 'invalid-value'],
  ])('names %s', (_, text, code) => {
    const { document, faults } = readDocumentText(text);
    expect(document).toBeNull();
    expect(faults.map((fault) => fault.code)).toContain(code);
    expect(faults[0]?.place?.line ?? 1).toBeGreaterThan(0);
  });

  it('lists every fault at once, each with its line and column', () => {
    const text = [
      'version: 1',
      'name: Many faults',
      'colour: red',
      'nodes:',
      `  - ${source}`,
      '  - { id: a, type: filter, config: { condition: "x" } }',
      '  - { id: b, type: filtre, config: {} }',
      '  - { id: input, type: filter, config: { condition: "x" } }',
      '  - { id: c, type: filter, wobble: 1, config: { condition: "x" } }',
      'edges:',
      '  - { source: a, target: nowhere }',
      '  - { source: a, target: a2, extra: 1 }',
    ].join('\n');
    expect(found(text)).toEqual([
      ['unknown-key', 3, 1],
      ['unknown-key', 9, 28],
      ['unknown-key', 12, 30],
      ['duplicate-id', 6, 7],
      ['reserved-id', 8, 7],
      ['unknown-type', 7, 14],
      ['dangling-edge', 11, 18],
      ['input-missing', 8, 5],
    ]);
  });

  it('says what a mistyped word was meant to be', () => {
    const { faults } = readDocumentText('version: 1\nname: x\nnodes:\n  - { id: b, type: filtr }\n');
    expect(faults.find((fault) => fault.code === 'unknown-type')?.hint).toContain('filter');
  });

  it.each([
    ['an edge out of a destination', 'out', 'b', 'port-misuse'],
    ['an edge into a source', 'b', 'a', 'port-misuse'],
    ['an edge to itself', 'b', 'b', 'cycle'],
  ])('refuses %s', (_, from, to, code) => {
    const text = `version: 1\nname: x\nnodes:\n  - ${source}\n  - { id: b, type: filter, config: { condition: x } }\n  - { id: out, type: file-destination, config: { path: o.csv } }\nedges:\n  - { source: a, target: b }\n  - { source: b, target: out }\n  - { source: ${from}, target: ${to} }\n`;
    expect(found(text)).toContainEqual([code, 10, expect.any(Number)]);
  });

  it('names the path of a cycle', () => {
    const nodes = ['a', 'b', 'c']
      .map((id) => `  - { id: ${id}, type: filter, config: { condition: "true" } }`)
      .join('\n');
    const { faults } = readDocumentText(
      `version: 1\nname: x\nnodes:\n${nodes}\nedges:\n  - { source: a, target: b }\n  - { source: b, target: c }\n  - { source: c, target: a }\n`,
    );
    const cycle = faults.find((fault) => fault.code === 'cycle');
    expect(cycle?.message).toMatch(/a → b → c → a|b → c → a → b|c → a → b → c/);
    expect(cycle?.place?.line).toBeGreaterThanOrEqual(8);
  });

  it('wants to know which input of a join an edge reaches', () => {
    const text = `version: 1\nname: x\nnodes:\n  - ${source}\n  - { id: j, type: join, config: { how: inner, on: [{ left: x, right: x }] } }\nedges:\n  - { source: a, target: j }\n  - { source: a, target: j, targetPort: middle }\n`;
    expect(found(text)).toEqual(
      expect.arrayContaining([
        ['port-missing', 7, 5],
        ['unknown-port', 8, 29],
      ]),
    );
  });

  it('wants two names for two inputs of one sql node that come from one node', () => {
    const edges = (as: string) =>
      `version: 1\nname: x\nnodes:\n  - ${source}\n  - { id: q, type: sql, config: { query: "SELECT 1" } }\nedges:\n  - { source: a, target: q }\n  - { source: a, target: q${as} }\n`;
    expect(found(edges(''))).toEqual([['duplicate-input', 8, 5]]);
    expect(found(edges(', as: again'))).toEqual([]);
    expect(found(edges(', as: master'))).toEqual([['duplicate-input', 8, 5]]);
  });

  it('does not follow a bomb of aliases', () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...'bcdefghi'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(', ')}]`),
    ].join('\n');
    const { document, faults } = readDocumentText(bomb);
    expect(document).toBeNull();
    expect(faults).not.toEqual([]);
  });
});

it('keeps its faults short, whatever the document names', () => {
  const long = 'x'.repeat(50_000);
  const { faults } = readDocument({
    version: 1,
    name: 'long',
    [long]: 1,
    nodes: [{ id: 'a', type: 'filter', config: { [long]: 1 } }],
    edges: [],
  });
  expect(faults.length).toBeGreaterThan(0);
  for (const fault of faults) expect(() => faultSchema.parse(fault)).not.toThrow();
});

it('reads a chain of 5,000 nodes in well under a second', () => {
  const nodes = Array.from({ length: 5000 }, (_, index) =>
    index === 0
      ? { id: 'n0', type: 'inline-source', config: { format: 'csv', content: 'a' } }
      : { id: `n${index}`, type: 'filter', config: { condition: 'a > 0' } },
  );
  const edges = nodes.slice(1).map(({ id }, index) => ({ source: `n${index}`, target: id }));
  const started = performance.now();
  expect(readDocument({ version: 1, name: 'chain', nodes, edges }).faults).toEqual([]);
  // It takes 0.1 s; what grows with the square of the nodes takes 2 s.
  expect(performance.now() - started).toBeLessThan(900);
});

it('lists all faults, also below wrong settings and unknown keys, each with its place and a remedy', () => {
  const { faults } = readDocumentText(`version: 1
foo: 1
settings: { bar: 1, mode: fast }
parameters:
  p: { type: integer, nope: 1 }
  region: { type: string }
  Region: { type: string }
nodes:
  - { id: a, type: inline-source, color: red }
  - { id: 1b, type: filter }
  - { id: c, type: filtre }
edges:
  - { source: a, target: c, weight: 2 }
`);
  expect(faults.map(({ code, place }) => [code, place?.line]).sort()).toEqual(
    [
      ['unknown-key', 2],
      ['missing-value', 1],
      ['unknown-key', 3],
      ['invalid-value', 3],
      ['unknown-key', 5],
      ['duplicate-parameter', 7],
      ['unknown-key', 9],
      ['invalid-value', 10],
      ['unknown-type', 11],
      ['unknown-key', 13],
    ].sort(),
  );
  for (const { hint, place } of faults) {
    expect(hint).toMatch(/\w/);
    expect(place?.column).toBeGreaterThan(0);
  }
});

it.each([
  ['YAML', 'version: 1\nname: p\nparameters:\n  __proto__: { type: integer, default: 1 }\n'],
  ['JSON', '{"version":1,"name":"p","parameters":{\n\n\n"__proto__":{"type":"integer"}}}'],
  ['one with other faults', 'version: 1\nname: p\nparameters:\n  __proto__: 1\nfoo: 1\n'],
])('refuses a parameter __proto__ in %s, and knows others that sound like it', (_name, text) => {
  const { faults } = readDocumentText(text);
  expect(faults).toContainEqual(
    expect.objectContaining({
      code: 'invalid-name',
      message: '"__proto__" cannot name a parameter',
      place: expect.objectContaining({ path: ['parameters', '__proto__'], line: 4 }) as unknown,
    }),
  );
  const { document } = readDocumentText(text.replace('__proto__', 'constructor').replace('foo: 1', ''));
  if (text.includes('type')) expect(Object.keys(document?.parameters ?? {})).toEqual(['constructor']);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ancestors,
  cycleClosedBy,
  dependenciesOf,
  descendants,
  findCycle,
  topologicalGenerations,
} from './dag.ts';

const edge = (text: string) => {
  const [source = '', target = ''] = text.split('>');
  return { source, target };
};
const graph = (ids: string, ...edges: string[]) => dependenciesOf(ids.split(''), edges.map(edge));

describe('topologicalGenerations', () => {
  it.each([
    ['a chain', graph('abc', 'a>b', 'b>c'), [['a'], ['b'], ['c']]],
    ['a diamond', graph('abcd', 'a>b', 'a>c', 'b>d', 'c>d'), [['a'], ['b', 'c'], ['d']]],
    ['islands, in the order of the document', graph('cab'), [['c', 'a', 'b']]],
    [
      'a long and a short way to one node',
      graph('abcd', 'a>b', 'b>c', 'c>d', 'a>d'),
      [['a'], ['b'], ['c'], ['d']],
    ],
    ['nothing', graph(''), []],
    ['a cycle and what hangs below it, left out', graph('abcd', 'b>c', 'c>b', 'c>d'), [['a']]],
  ])('sorts %s', (_, dependencies, expected) => {
    expect(topologicalGenerations(dependencies)).toEqual(expected);
  });

  it('puts every node of a random DAG after those it waits for, and as early as possible', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 30 })
          .chain((size) =>
            fc.tuple(
              fc.constant(size),
              fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 80 }),
            ),
          ),
        ([size, pairs]) => {
          const ids = Array.from({ length: size }, (_, index) => `n${index}`);
          const edges = pairs
            .filter(([a, b]) => a < b)
            .map(([a, b]) => ({ source: `n${a}`, target: `n${b}` }));
          const dependencies = dependenciesOf(ids, edges);
          const generation = new Map(
            topologicalGenerations(dependencies).flatMap((members, index) =>
              members.map((id) => [id, index] as const),
            ),
          );
          for (const id of ids) {
            const needs = [...(dependencies.get(id) ?? [])].map((need) => generation.get(need) ?? Number.NaN);
            expect(generation.get(id)).toBe(needs.length === 0 ? 0 : Math.max(...needs) + 1);
          }
        },
      ),
    );
  });

  it('takes a chain of 5,000 nodes', () => {
    const ids = Array.from({ length: 5000 }, (_, index) => `n${index}`);
    const edges = ids.slice(1).map((target, index) => ({ source: `n${index}`, target }));
    expect(topologicalGenerations(dependenciesOf(ids, edges))).toHaveLength(5000);
  });
});

describe('cycles', () => {
  it('names the nodes of a cycle in the direction of the rows', () => {
    const cycle = findCycle(graph('abcde', 'a>b', 'b>c', 'c>d', 'd>b', 'd>e'));
    expect(cycle).not.toBeNull();
    const turned = [...(cycle ?? []), ...(cycle ?? [])].join('');
    expect(cycle).toHaveLength(3);
    expect(turned).toContain('bcd');
  });

  it('finds none in a DAG', () => {
    expect(findCycle(graph('abc', 'a>b', 'a>c', 'b>c'))).toBeNull();
  });

  it.each([
    ['c', 'a', ['a', 'b', 'c']],
    ['a', 'a', ['a']],
    ['a', 'c', null],
  ])('says what an edge %s>%s would close', (source, target, path) => {
    expect(cycleClosedBy([edge('a>b'), edge('b>c')], { source, target })).toEqual(path);
  });
});

describe('ancestors and descendants', () => {
  const dependencies = graph('abcdef', 'a>b', 'b>c', 'b>d', 'e>d');
  it('include the start', () => {
    expect([...ancestors(dependencies, ['d'])].sort()).toEqual(['a', 'b', 'd', 'e']);
    expect([...descendants(dependencies, ['b'])].sort()).toEqual(['b', 'c', 'd']);
    expect([...descendants(dependencies, ['f'])]).toEqual(['f']);
  });
});

import { expect, it } from 'vitest';
import { nodeId } from '#lib/graph/ids.ts';
import { sketchGraph } from '#lib/plan/testing/sketch-graph.ts';
import { prefixOf } from './segment-request.ts';

function prefix(nodes: { id: string; reads?: string[] }[], of: string, results: string[] = []): string[] {
  const byId = new Map(sketchGraph(nodes).nodes.map((node) => [node.id, node]));
  const staged = new Map(results.map((id) => [nodeId(id), {}])) as never;
  return prefixOf(nodeId(of), { nodes: byId, results: staged }).map(({ id }) => id);
}

const diamond = [
  { id: 'a' },
  { id: 'b', reads: ['a'] },
  { id: 'c', reads: ['a'] },
  { id: 'd', reads: ['b', 'c'] },
];

it('is topological, each node once, the asked one last', () => {
  expect(prefix(diamond, 'd')).toEqual(['a', 'b', 'c', 'd']);
  expect(prefix(diamond, 'b')).toEqual(['a', 'b']);
});

it('ends at staged results, save for the node that is asked for', () => {
  expect(prefix(diamond, 'd', ['b', 'd'])).toEqual(['a', 'c', 'd']);
});

it('follows a chain that is longer than the stack', () => {
  const chain = Array.from({ length: 20_000 }, (_, index) =>
    index === 0 ? { id: 'n0' } : { id: `n${index}`, reads: [`n${index - 1}`] },
  );
  expect(prefix(chain, 'n19999')).toHaveLength(20_000);
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHistory, writeHistory, type PastNode } from './run-history.ts';
import { column, filter, numbers, Workbench } from './testing/workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await Workbench.open();
});
afterAll(() => bench.close());

describe('nodes called like members of every object', () => {
  it.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf', 'isPrototypeOf'])(
    '%s runs, is reused, and says why it runs again',
    async (id) => {
      const sketch = (condition: string) => ({
        settings: { staging: 'all' },
        nodes: { [id]: numbers(3), below: filter(condition) },
        edges: [`${id} -> below`],
      });
      const reuse = { scope: id, pipeline: 'names', fresh: false };
      const first = await bench.run(sketch('n > 1'), { reuse });
      expect(first.statuses).toBe(['below succeeded', `${id} succeeded`].sort().join(', '));
      expect(first.node(id).reuseReason).toBe('It runs for the first time.');
      const second = await bench.run(sketch('n > 2'), { reuse });
      expect(second.node(id).reused).toBe(true);
      expect(second.node('below').reuseReason).toBe('Its condition changed.');
      expect(column(second.node('below').sample, 'n')).toEqual([3]);
      const third = await bench.run(
        { ...sketch('n > 2'), nodes: { [id]: numbers(4), below: filter('n > 2') } },
        { reuse },
      );
      expect(third.node(id).reuseReason).toMatch(/^Its \w+ changed\.$/);
    },
  );
});

it('code that was seen to ask chance is told of, also to what reads it', async () => {
  const sketch = {
    nodes: { a: { ...numbers(3), cache: 'never-keep' }, below: { ...filter('n > 1'), cache: 'never-keep' } },
    edges: ['a -> below'],
  };
  const identity = { scope: 'chance', pipeline: 'p' };
  const reuse = { ...identity, fresh: false };
  await bench.run(sketch, { reuse });
  const past = await readHistory(bench.dataDirectory, identity);
  const seen: PastNode = { ...(past['a'] ?? expect.fail()), key: null, usedChance: true };
  await writeHistory(bench.dataDirectory, identity, {
    a: seen,
    below: { ...(past['below'] ?? expect.fail()), key: null },
  });
  const again = await bench.run(sketch, { reuse });
  const why = 'code looked at a clock or at chance, and so may give other rows each time.';
  expect(again.node('a').reuseReason).toBe(`Its ${why}`);
  expect(again.node('below').reuseReason).toBe(`"a" is new: its ${why}`);
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { filter, Workbench } from './testing/workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await Workbench.open();
  await bench.file('rows.csv', ['n', ...Array.from({ length: 1000 }, (_, index) => index)].join('\n'));
});
afterAll(() => bench.close());

it.each(['random() > 0.5', 'random() > 0.5 AND n > 10', "${word} = 'a'", "${word} = 'b'", '1 = 0'])(
  'the rows before a condition that looks past its columns are counted whole: %s',
  async (condition) => {
    const { node } = await bench.run({
      parameters: { word: { type: 'string', default: 'a' } },
      nodes: {
        rows: { type: 'file-source', config: { path: 'rows.csv' } },
        few: filter('n >= 100'),
        some: filter(condition),
        groups: {
          type: 'aggregate',
          config: { groupBy: ['n'], aggregations: [{ function: 'count', as: 'rows' }] },
        },
        last: filter('rows > 0'),
      },
      edges: ['rows -> few', 'few -> some', 'some -> groups', 'groups -> last'],
    });
    expect([node('rows').rowsOut, node('few').rowsOut]).toEqual([1000, 900]);
    expect(node('some').rowsIn).toBe(900);
    expect(node('groups').rowsOut).toBe(node('some').rowsOut);
  },
);

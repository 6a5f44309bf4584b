import { expect, it } from 'vitest';
import { call, column, type Expression } from '../sql/expression.ts';
import type { Relation } from '../sql/relation.ts';
import { withFileNumbers } from './file-numbers.ts';
import { sketchGraph, type SketchNode } from './testing/sketch-graph.ts';

const INPUT: Relation = { op: 'input', port: 'input' };
const scan = (paths = ['/a.parquet']): Relation => ({
  op: 'scan',
  scan: { format: 'parquet', paths, options: {}, schema: [] },
});
const text = (columns: string[][] | null): Expression => ({
  kind: 'checked',
  sql: 'x',
  columns,
  form: 'expression',
  parameters: [],
  masters: [],
  tables: [],
  volatile: false,
  ordered: false,
});
const kept = (columns: string[][] | null = [['a']]): Relation => ({
  op: 'filter',
  input: INPUT,
  condition: text(columns),
});
const place: Expression = { kind: 'window', call: call('row_number'), partitionBy: [], orderBy: [] };
const numbered: Relation = {
  op: 'project',
  input: { op: 'project', input: INPUT, columns: [{ name: 'row_position', expression: place }] },
  columns: [{ name: 'r', expression: column('row_position') }],
};
const window: SketchNode = { id: 'w', reads: ['f'], relation: numbered, columns: ['r'] };

/** What each node's rows come from afterwards: `numbers` of the file, or as before. */
function outcome(nodes: SketchNode[]): string {
  const before = sketchGraph(nodes).nodes;
  return withFileNumbers(before)
    .map((node, index) => {
      const { relation } = node;
      if (relation.op === 'scan') return `${node.id} ${relation.rowNumber ?? 'plain'}`;
      return `${node.id} ${relation === before[index]?.relation ? 'same' : 'changed'}`;
    })
    .join(', ');
}

it('takes the numbers of the one file below, through filters and projections', () => {
  expect(
    outcome([
      { id: 's', relation: scan() },
      { ...window, reads: ['s'] },
    ]),
  ).toBe('s row_position, w changed');
  expect(
    outcome([
      { id: 's', relation: scan(), columns: ['a'] },
      { id: 'm', reads: ['s'], relation: { op: 'project', input: INPUT, columns: [] }, columns: ['a'] },
      { id: 'f', reads: ['m'], relation: kept(), columns: ['a'] },
      window,
    ]),
  ).toBe('s row_position, m changed, f same, w changed');
});

it.each<[string, SketchNode[]]>([
  ['several files', [{ id: 'f', relation: scan(['/a.parquet', '/b.parquet']) }, window]],
  ['a file of text', [{ id: 'f' }, window]],
  ['another reader', [{ id: 'f', relation: scan() }, window, { id: 'x', reads: ['f'] }]],
  ['a column of that name', [{ id: 'f', relation: scan(), columns: ['Row_Position'] }, window]],
  ['a column that hides the numbers', [{ id: 'f', relation: scan(), columns: ['FILE_ROW_NUMBER'] }, window]],
  [
    'a star between',
    [{ id: 's', relation: scan() }, { id: 'f', reads: ['s'], relation: kept(null) }, window],
  ],
  [
    'chance between',
    [{ id: 's', relation: scan() }, { id: 'f', reads: ['s'], relation: kept(), volatile: true }, window],
  ],
  [
    'a limit between',
    [
      { id: 's', relation: scan() },
      { id: 'f', reads: ['s'], relation: { op: 'limit', input: INPUT, count: 1, offset: 0 } },
      window,
    ],
  ],
])('but not with %s', (_, nodes) => {
  expect(outcome(nodes)).not.toMatch(/row_position|changed/);
});

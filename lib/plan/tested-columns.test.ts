import { expect, it } from 'vitest';
import { column, type Expression } from '../sql/expression.ts';
import type { Relation } from '../sql/relation.ts';
import { limitRelation, sketchGraph, type SketchNode } from './testing/sketch-graph.ts';
import { plainSieves, testedColumns } from './tested-columns.ts';

const INPUT: Relation = { op: 'input', port: 'input' };
const COLUMNS = ['day', 'delay', 'origin'];

/** As the guard would answer: its words are its columns, but for functions and what stands for several columns. */
const text = (sql: string): Expression => ({
  kind: 'checked',
  sql: `(${sql})`,
  columns: /[*#]/.test(sql) ? null : (sql.match(/\b[a-z]\w*\b(?!\()/gi) ?? []).map((word) => [word]),
  form: 'expression',
  parameters: [],
  masters: [],
  tables: [],
  volatile: false,
  ordered: false,
});
const filter = (sql: string): Relation => ({ op: 'filter', input: INPUT, condition: text(sql) });
const mutate = (name: string, sql: string): Relation => ({
  op: 'project',
  input: INPUT,
  columns: [
    ...COLUMNS.map((own) => ({ name: own, expression: column(own) })),
    { name, expression: text(sql) },
  ],
});
const sort = (by: string): Relation => ({
  op: 'sort',
  input: INPUT,
  keys: [{ expression: column(by), direction: 'asc', nulls: 'last' }],
});
const totals: Relation = {
  op: 'aggregate',
  input: INPUT,
  groupBy: ['origin'],
  aggregates: [{ name: 'worst', expression: { kind: 'call', name: 'max', args: [column('delay')] } }],
};
const query: Relation = { op: 'query', query: text('SELECT 1') as never, tables: { input: INPUT } };

const PARQUET: Relation = {
  op: 'scan',
  scan: { format: 'parquet', paths: ['/a.parquet'], options: {}, schema: [] },
};
const FILE = { id: 'file', columns: COLUMNS, kind: 'source', relation: PARQUET } as const;

/** A chain of these relations over a file; columns other than the file's where told. */
function chain(...steps: (Relation | [Relation, string[]])[]): SketchNode[] {
  return [
    FILE,
    ...steps.map((step, index): SketchNode => {
      const [relation, columns] = Array.isArray(step) ? step : [step, COLUMNS];
      const rows = relation.op === 'project' || relation.op === 'sort' ? 'same' : 'fewer';
      return { id: `n${index}`, reads: [index === 0 ? 'file' : `n${index - 1}`], relation, columns, rows };
    }),
  ];
}

function tested(nodes: SketchNode[]): Record<string, string> {
  const found = testedColumns(sketchGraph(nodes).nodes);
  return Object.fromEntries(
    [...found].map(([id, columns]) => [id, columns === 'all' ? 'all' : [...columns].sort().join()]),
  );
}

function sieves(nodes: SketchNode[]): string {
  const bound = sketchGraph(nodes).nodes;
  return [...plainSieves(bound, testedColumns(bound))].join();
}

it('a condition tests what it names, on every node before it', () => {
  expect(tested(chain(filter('delay > 1'), filter('upper(origin) = 1')))).toEqual({
    file: 'delay,origin',
    n0: 'origin',
    n1: '',
  });
});

it('what is tested under another name is found behind it', () => {
  const wide = [...COLUMNS, 'hours'];
  expect(
    tested(chain(filter('day > 1'), [mutate('hours', 'delay / 60'), wide], [filter('hours > 1'), wide])),
  ).toMatchObject({ n0: 'delay', n1: 'hours' });
});

it('after an aggregate only its keys and what is behind its values can be tested', () => {
  const out = ['origin', 'worst'];
  expect(tested(chain(filter('day > 1'), [totals, out]))).toMatchObject({ n0: '' });
  expect(tested(chain(filter('day > 1'), [totals, out], [filter('origin = 1'), out]))).toMatchObject({
    n0: 'origin',
    n1: 'origin',
  });
  expect(tested(chain(filter('day > 1'), [totals, out], [filter('worst > 1'), out]))).toMatchObject({
    n0: 'delay',
  });
});

it('the keys of a sort are tested where a limit follows, at whatever distance', () => {
  expect(tested(chain(filter('day > 1'), sort('origin')))).toMatchObject({ n0: '' });
  expect(tested(chain(filter('day > 1'), sort('origin'), limitRelation))).toMatchObject({ n0: 'origin' });
  expect(
    tested(
      chain(
        filter('day > 1'),
        sort('origin'),
        [mutate('x', 'day'), [...COLUMNS, 'x']],
        [limitRelation, COLUMNS],
      ),
    ),
  ).toMatchObject({ n0: 'origin' });
});

it('the keys of a join are tested on both sides', () => {
  const join: Relation = {
    op: 'join',
    how: 'inner',
    left: INPUT,
    right: INPUT,
    on: [{ left: 'origin', right: 'day', operator: '=' }],
    columns: [],
  };
  expect(tested(chain(filter('delay > 1'), join))).toMatchObject({ n0: 'day,origin' });
});

it('what cannot be told apart tests everything', () => {
  const whole = ['random() > 0.5', '1 = 1', '#1 > 5 AND day > 1', 'input IS NOT NULL AND day > 1'];
  for (const relation of [query, ...whole.map(filter)])
    expect(tested(chain(filter('delay > 1'), relation)).n0).toBe('all');
  expect(tested(chain(filter('delay > 1'), query)).n0).toBe('all');
  expect(tested([...chain(filter('delay > 1')), { id: 'm', masters: ['n0'], relation: query }]).n0).toBe(
    'all',
  );
});

it('what is stacked under the same names is tested under them', () => {
  const nodes: SketchNode[] = [
    FILE,
    { id: 'a', reads: ['file'], relation: filter('day > 1'), columns: COLUMNS },
    { id: 'b', reads: ['file'], relation: filter('day < 1'), columns: COLUMNS },
    { id: 'both', reads: ['a', 'b'], relation: INPUT, columns: COLUMNS, rows: 'same' },
    { id: 'late', reads: ['both'], relation: filter('delay > 1'), columns: COLUMNS },
  ];
  expect(tested(nodes)).toMatchObject({ a: 'delay', b: 'delay', both: 'delay', late: '' });
});

it('a name that is no column of what was merged may mean the whole row', () => {
  const nodes: SketchNode[] = [
    FILE,
    { id: 'a', reads: ['file'], relation: filter('day > 1'), columns: COLUMNS },
    { id: 'b', reads: ['file'], relation: filter('day < 1'), columns: COLUMNS },
    { id: 'late', reads: ['a', 'b'], relation: filter('input is not null and delay > 1'), columns: COLUMNS },
  ];
  expect(tested(nodes)).toMatchObject({ a: 'all', b: 'all' });
});

it('a filter over a file after which nothing is tested is a plain sieve', () => {
  const out = ['origin', 'worst'];
  expect(sieves(chain(filter('delay > 1'), [totals, out]))).toBe('n0');
  expect(sieves(chain(filter('delay > 1'), [totals, out], [filter('origin = 1'), out]))).toBe('');
  // The tag of the second would slip below the first.
  expect(sieves(chain(filter('delay > 1'), filter('day > 1'), [totals, out]))).toBe('');
  expect(sieves(chain(filter('delay > (select 1)'), [totals, out]))).toBe('');
  // Rows of a text file are counted by a fence of their own.
  const [, ...steps] = chain(filter('delay > 1'), [totals, out]);
  expect(sieves([{ id: 'file', columns: COLUMNS }, ...steps])).toBe('');
});

it('a filter over rows that are computed once and read twice is none', () => {
  const nodes: SketchNode[] = [
    FILE,
    { id: 'wide', reads: ['file'], relation: mutate('x', 'day'), columns: COLUMNS, rows: 'same' },
    { id: 'a', reads: ['wide'], relation: filter('day > 1'), columns: COLUMNS },
    { id: 'b', reads: ['wide'], relation: filter('day < 1'), columns: COLUMNS },
    { id: 'both', reads: ['a', 'b'], relation: INPUT, columns: COLUMNS, rows: 'same' },
  ];
  expect(sieves(nodes)).toBe('');
  expect(
    sieves(
      nodes.map((node) =>
        node.id === 'wide' ? { ...node, reads: [], relation: PARQUET, kind: 'source' } : node,
      ),
    ),
  ).toBe('a,b');
});

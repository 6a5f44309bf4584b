import { expect, it } from 'vitest';
import type { Relation } from '../sql/relation.ts';
import { settleTies } from './settle-ties.ts';
import { limitRelation, sketchGraph, type SketchNode } from './testing/sketch-graph.ts';

const sort: Relation = {
  op: 'sort',
  input: { op: 'input', port: 'input' },
  keys: [],
  ties: [{ expression: { kind: 'column', name: 'a' }, direction: 'asc', nulls: 'last' }],
};

/** The sorts that still decide between equal rows. */
function deciding(sketch: SketchNode[]): string[] {
  return settleTies(sketchGraph(sketch)).nodes.flatMap(({ id, relation }) =>
    relation.op === 'sort' && relation.ties ? [id] : [],
  );
}

it('a sort decides between equal rows where a limit follows, next or later', () => {
  const sorted = { id: 'sorted', reads: ['a'], relation: sort, ordered: true };
  expect(
    deciding([{ id: 'a' }, sorted, { id: 'top', reads: ['sorted'], relation: limitRelation, ordered: true }]),
  ).toEqual(['sorted']);
  expect(
    deciding([
      { id: 'a' },
      sorted,
      { id: 'few', reads: ['sorted'], ordered: true },
      { id: 'top', reads: ['few'], relation: limitRelation, ordered: true },
    ]),
  ).toEqual(['sorted']);
});

it('it does not where the order is only written out, given up, or made anew before somebody looks', () => {
  const sorted = { id: 'sorted', reads: ['a'], relation: sort, ordered: true };
  expect(deciding([{ id: 'a' }, sorted, { id: 'out', kind: 'destination', reads: ['sorted'] }])).toEqual([]);
  expect(
    deciding([
      { id: 'a' },
      sorted,
      { id: 'given_up', reads: ['sorted'], ordered: false },
      { id: 'top', reads: ['given_up'], relation: limitRelation },
    ]),
  ).toEqual([]);
  expect(
    deciding([
      { id: 'a' },
      sorted,
      { id: 'again', reads: ['sorted'], relation: sort, ordered: true },
      { id: 'top', reads: ['again'], relation: limitRelation, ordered: true },
    ]),
  ).toEqual(['again']);
});

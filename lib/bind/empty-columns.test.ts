import { describe, expect, it } from 'vitest';
import { column, literal } from '../sql/expression.ts';
import type { Relation } from '../sql/relation.ts';
import { emptyColumnsOf } from './empty-columns.ts';

const known = { scan: new Set<string>(), input: () => new Set(['none']) };
const input: Relation = { op: 'input', port: 'input' };

describe('emptyColumnsOf', () => {
  it('follows empty columns through what keeps values, under their new names', () => {
    const relation: Relation = {
      op: 'limit',
      count: 1,
      offset: 0,
      input: {
        op: 'project',
        input: { op: 'filter', input, condition: literal(true) },
        columns: [
          { name: 'Renamed', expression: column('None') },
          { name: 'full', expression: column('x') },
          { name: 'nothing', expression: literal(null) },
        ],
      },
    };
    expect([...emptyColumnsOf(relation, known)]).toEqual(['renamed', 'nothing']);
  });

  it('claims nothing of what it does not know', () => {
    const join: Relation = { op: 'aggregate', input, groupBy: ['none'], aggregates: [] };
    expect([...emptyColumnsOf(join, known)]).toEqual([]);
    expect([...emptyColumnsOf({ ...input, part: 'a' }, known)]).toEqual([]);
  });
});

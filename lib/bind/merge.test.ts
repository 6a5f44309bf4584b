import { describe, expect, it } from 'vitest';
import type { Schema } from '../sql/schema.ts';
import { mergeInputs, snakeCase, type MergeInput } from './merge.ts';

const input = (name: string, columns: string, ordered = true): MergeInput => {
  const schema: Schema = columns.split(',').map((column) => {
    const [columnName = '', type = ''] = column.trim().split(' ');
    return { name: columnName, type };
  });
  return { name, alias: name, schema, relation: { op: 'input', port: name }, ordered };
};
const widths = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'];
/** Stands in for a database that widens integers and nothing else. */
const unify = (types: string[]) =>
  Promise.resolve(
    types.every((type) => widths.includes(type))
      ? (types.sort((a, b) => widths.indexOf(b) - widths.indexOf(a))[0] ?? null)
      : null,
  );
const merge = (inputs: MergeInput[], rule: 'auto' | 'union' | 'join' = 'auto') =>
  mergeInputs(inputs, rule, unify);

describe('mergeInputs', () => {
  it('leaves a single input as it is', async () => {
    expect(await merge([input('a', 'x INTEGER')])).toMatchObject({
      rule: 'single',
      sentence: '',
      schema: [{ name: 'x', type: 'INTEGER' }],
    });
  });

  it('stacks inputs of equal columns in any order and case, with the first one’s spelling and order', async () => {
    const merged = await merge([
      input('a', 'Id INTEGER, label VARCHAR'),
      input('b', 'LABEL VARCHAR, id BIGINT'),
    ]);
    expect(merged.rule).toBe('union');
    expect(merged.schema).toEqual([
      { name: 'Id', type: 'BIGINT' },
      { name: 'label', type: 'VARCHAR' },
    ]);
    expect(merged.sentence).toContain('stacked');
    expect(merged.sentence).toContain('"Id" is widened to BIGINT');
    expect(merged.ordered).toBe(false);
  });

  it('places side by side where a column is missing, and says which', async () => {
    const merged = await merge([
      input('Orders 2024', 'id INTEGER, amount DOUBLE'),
      input('byRegion', 'id INTEGER'),
    ]);
    expect(merged.rule).toBe('join');
    expect(merged.schema.map(({ name }) => name)).toEqual([
      'orders_2024_id',
      'orders_2024_amount',
      'by_region_id',
    ]);
    expect(merged.sentence).toContain('byRegion has no column "amount"');
    expect(merged.ordered).toBe(true);
    expect(merged.warning).toBeNull();
  });

  it('places side by side where types would have to become text', async () => {
    const merged = await merge([input('a', 'x INTEGER'), input('b', 'x VARCHAR')]);
    expect(merged.rule).toBe('join');
    expect(merged.sentence).toContain('"x" is INTEGER in one and VARCHAR in another');
  });

  it('stacks three only if all agree', async () => {
    expect(
      (await merge([input('a', 'x INTEGER'), input('b', 'x INTEGER'), input('c', 'y INTEGER')])).rule,
    ).toBe('join');
    expect(
      (await merge([input('a', 'x TINYINT'), input('b', 'x INTEGER'), input('c', 'x BIGINT')])).schema,
    ).toEqual([{ name: 'x', type: 'BIGINT' }]);
  });

  it('numbers columns that would clash', async () => {
    const merged = await merge([input('a', 'x INTEGER, y INTEGER'), input('a', 'x INTEGER')], 'join');
    expect(merged.schema.map(({ name }) => name)).toEqual(['a_x', 'a_y', 'a_x_2']);
  });

  it('sorts what promises no order, and warns', async () => {
    const merged = await merge([input('a', 'x INTEGER', false), input('b', 'y INTEGER')]);
    expect(merged.relation).toMatchObject({
      op: 'side-by-side',
      inputs: [{ sortFirst: true }, { sortFirst: false }],
    });
    expect(merged.warning).toContain('a promises no order');
  });

  it('fills gaps with NULL where the node asks for a union', async () => {
    const merged = await merge([input('a', 'x INTEGER, y DOUBLE'), input('b', 'x INTEGER, z DATE')], 'union');
    expect(merged.schema.map(({ name }) => name)).toEqual(['x', 'y', 'z']);
    expect(merged.relation).toMatchObject({
      op: 'union',
      inputs: [
        {
          op: 'project',
          columns: [
            { name: 'x' },
            { name: 'y' },
            { name: 'z', expression: { kind: 'cast', type: 'DATE', operand: { value: null } } },
          ],
        },
        { op: 'project' },
      ],
    });
    expect(merged.sentence).toContain('"y" and "z" are empty');
  });

  it('names columns after the id where a name has no letters, and speaks of one column in the singular', async () => {
    const signs: MergeInput = { ...input('a', 'x INTEGER'), name: '!!!' };
    const beside = await merge([signs, input('b', 'y INTEGER')]);
    expect(beside.schema.map(({ name }) => name)).toEqual(['a_x', 'b_y']);
    const stacked = await merge([input('a', 'x INTEGER'), input('b', 'x INTEGER')]);
    expect(stacked.sentence).toContain('all have the column "x"');
  });

  it('gives a column without values the type that it has elsewhere', async () => {
    const nothing: MergeInput = { ...input('a', 'x INTEGER, y VARCHAR'), empty: new Set(['y']) };
    const merged = await merge([nothing, input('b', 'x INTEGER, y DATE')]);
    expect(merged).toMatchObject({
      rule: 'union',
      schema: [
        { name: 'x', type: 'INTEGER' },
        { name: 'y', type: 'DATE' },
      ],
    });
    expect(merged.sentence).toContain('"y" has no value in a and is taken for DATE');
    expect((await merge([input('a', 'x INTEGER, y VARCHAR'), input('b', 'x INTEGER, y DATE')])).rule).toBe(
      'join',
    );
  });

  it('refuses a union of types that do not unify', async () => {
    await expect(merge([input('a', 'x INTEGER'), input('b', 'x DATE')], 'union')).rejects.toMatchObject({
      code: 'types-do-not-unify',
    });
  });
});

describe('snakeCase', () => {
  it.each([
    ['Orders', 'orders'],
    ['Orders 2024', 'orders_2024'],
    ['byRegion', 'by_region'],
    ['  A—B  ', 'a_b'],
    ['Größe größer', 'größe_größer'],
    ['売上 2024', '売上_2024'],
    ['x', 'x'],
  ])('%s → %s', (name, expected) => {
    expect(snakeCase(name)).toBe(expected);
  });
});

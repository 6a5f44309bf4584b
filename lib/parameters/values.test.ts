import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { field, filePath, sqlExpression } from '../nodes/fields.ts';
import { parametersIn, substituteParameters } from './substitute.ts';
import { resolveParameters } from './values.ts';

describe('resolveParameters', () => {
  it.each([
    ['integer', '42', 42],
    ['integer', -7, -7],
    ['number', '1e3', 1000],
    ['boolean', 'false', false],
    ['date', '2024-02-29', '2024-02-29'],
    ['timestamp', '2024-02-29T08:30:00Z', '2024-02-29 08:30:00'],
    ['string', "O'Hare; DROP TABLE x --", "O'Hare; DROP TABLE x --"],
    ['string', 5, '5'],
  ] as const)('types %s from %j', (type, given, expected) => {
    expect(resolveParameters({ p: { type } }, { p: given })).toEqual({ values: { p: expected }, faults: [] });
  });

  it.each([
    ['integer', '4.5'],
    ['integer', '9007199254740993'],
    ['integer', ''],
    ['number', 'NaN'],
    ['number', 'x'],
    ['boolean', 'yes'],
    ['date', '2023-02-29'],
    ['date', '2024-1-1'],
    ['timestamp', '2024-01-01T25:00'],
    ['string', null],
    ['string', { a: 1 }],
  ] as const)('refuses %s from %j', (type, given) => {
    const { values, faults } = resolveParameters({ p: { type } }, { p: given });
    expect(values).toEqual({});
    expect(faults.map(({ code }) => code)).toEqual(['wrong-parameter-type']);
  });

  it('types lists, from JSON on a command line too', () => {
    const declared = { p: { type: 'list', items: 'integer' } } as const;
    expect(resolveParameters(declared, { p: '[1, 2]' }).values).toEqual({ p: [1, 2] });
    expect(resolveParameters(declared, { p: [1, '2'] }).values).toEqual({ p: [1, 2] });
    expect(resolveParameters(declared, { p: '1, 2' }).faults).toHaveLength(1);
    expect(resolveParameters(declared, { p: ['x'] }).faults).toHaveLength(1);
  });

  it('fills in defaults, and names what is missing or unknown', () => {
    const { values, faults } = resolveParameters(
      { since: { type: 'date', default: '2024-01-01' }, top: { type: 'integer' } },
      { sinse: '2024-01-02' },
    );
    expect(values).toEqual({ since: '2024-01-01' });
    expect(faults.map(({ code, hint }) => [code, hint?.includes('since') ?? false])).toEqual([
      ['unknown-parameter', true],
      ['missing-parameter', false],
    ]);
  });

  it('does not take inherited properties for parameters', () => {
    expect(resolveParameters({}, { toString: 'x' }).faults.map(({ code }) => code)).toEqual([
      'unknown-parameter',
    ]);
    const { values, faults } = resolveParameters({ ['constructor']: { type: 'string' as const } }, {});
    expect(faults.map(({ code }) => code)).toEqual(['missing-parameter']);
    expect(values['constructor']).toBeUndefined();
  });
});

describe('substituteParameters', () => {
  const schema = z.strictObject({
    count: z.number().optional(),
    note: z.string().optional(),
    path: filePath().optional(),
    condition: sqlExpression().optional(),
    code: field(z.string(), { meaning: 'code' }).optional(),
    url: field(z.string(), { meaning: 'url' }).optional(),
    list: z.array(z.strictObject({ expression: sqlExpression(), name: z.string() })).optional(),
  });
  const values = { top: 5, year: '2024', who: "O'Neil", up: '../etc', tags: ['a'] };
  const put = (config: Record<string, unknown>) => substituteParameters(schema, config, values);

  it.each([
    ['an exact value keeps its type', { count: '${top}' }, { count: 5 }],
    ['a path takes the text', { path: 'data/${year}.csv' }, { path: 'data/2024.csv' }],
    ['a URL takes it escaped', { url: 'https://x.test/${who}?a=1' }, { url: "https://x.test/O'Neil?a=1" }],
    ['SQL is left for binding', { condition: 'a > ${top}' }, { condition: 'a > ${top}' }],
    ['code is never touched', { code: '`${top} ${nope}`' }, { code: '`${top} ${nope}`' }],
    ['$${ is a literal', { note: 'price $${top}' }, { note: 'price ${top}' }],
    [
      'inside lists',
      { list: [{ expression: '${top} + 1', name: '${year}' }] },
      { list: [{ expression: '${top} + 1', name: '2024' }] },
    ],
  ])('%s', (_, config, expected) => {
    expect(put(config)).toMatchObject({ config: expected, faults: [] });
  });

  it.each([
    ['a part of a plain text', { note: 'top ${top}' }, 'parameter-in-text', ['note']],
    ['an unknown one', { count: '${tpo}' }, 'unknown-parameter', ['count']],
    ['a way above the root', { path: 'data/${up}/passwd' }, 'parameter-leaves-folder', ['path']],
    ['a list in a path', { path: '${tags}.csv' }, 'parameter-in-path', ['path']],
  ])('refuses %s', (_, config, code, path) => {
    expect(put(config).faults).toMatchObject([{ code, place: { path } }]);
  });

  it('knows which parameters are used, SQL included', () => {
    expect([...put({ condition: 'a > ${top}', path: '${year}' }).used].sort()).toEqual(['top', 'year']);
    expect(parametersIn('${a} $${b} ${ c }')).toEqual(['a', 'c']);
  });
});

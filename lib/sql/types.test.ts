import { describe, expect, it } from 'vitest';
import { compile as compileJavascript } from '../nodes/javascript/compile.ts';
import { compile as compileMap } from '../nodes/map/compile.ts';
import { compile as compileSelect } from '../nodes/select/compile.ts';
import { parseType } from './types.ts';

const VARIANTS = [
  'VARIANT',
  'variant',
  'VARIANT[]',
  'VARIANT[3][]',
  'STRUCT(a VARIANT)',
  'STRUCT(a STRUCT("b" Variant[]))',
  'MAP(VARCHAR, VARIANT)',
  'MAP(VARIANT, INTEGER)',
  'UNION(a INTEGER, b VARIANT)',
  'UNION(a INTEGER, b "variant")[]',
  'UNION(a STRUCT(c VARIANT))',
];
const inputs = { input: { schema: [{ name: 'a', type: 'INTEGER' }] } } as never;

describe('the type VARIANT', () => {
  it.each(VARIANTS)('%s is none', (type) => {
    expect(parseType(type)).toBeNull();
  });

  it.each(['STRUCT(variant INTEGER)', `ENUM('variant', 'b')`, `UNION(a INTEGER, b ENUM('variant'))`])(
    '%s only has it for a name',
    (type) => {
      expect(parseType(type)).not.toBeNull();
    },
  );

  it.each(VARIANTS)('%s is no type of a column in select, javascript and map', (type) => {
    const place = { path: ['columns', 0, 'type'] };
    expect(() => compileSelect({ config: { columns: [{ from: 'a', type }] }, inputs } as never)).toThrow(
      expect.objectContaining({ code: 'unknown-type', place }) as Error,
    );
    const config = { code: 'return df;', columns: [{ name: 'a', type }] };
    for (const compile of [compileJavascript, compileMap])
      expect(() => compile({ config, inputs } as never)).toThrow(
        expect.objectContaining({ code: 'unknown-type', place }) as Error,
      );
  });
});

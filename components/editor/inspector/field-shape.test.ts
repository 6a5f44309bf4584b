import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { columnName, field, sqlExpression } from '#lib/nodes/fields.ts';
import { emptyValue, fieldShape, labelOf } from './field-shape.ts';

describe('field shapes', () => {
  it('reads kinds, defaults and meaning through what wraps them', () => {
    const shape = fieldShape(
      z.strictObject({
        condition: sqlExpression({ label: 'Keep rows where' }),
        keepEmpty: z.boolean().default(false),
        count: z.number().int().min(1).optional(),
        percent: z.number().optional(),
        how: z.enum(['inner', 'left']).default('inner'),
        by: field(z.array(z.strictObject({ column: columnName({ port: 'left' }) })).max(5), {
          label: 'Sort by',
        }).optional(),
        types: z.record(z.string(), z.string()).optional(),
      }),
    );
    expect(shape).toMatchObject({
      kind: 'object',
      optional: false,
      fields: [
        {
          key: 'condition',
          shape: { kind: 'text', optional: false, meta: { meaning: 'expression', label: 'Keep rows where' } },
        },
        { key: 'keepEmpty', shape: { kind: 'boolean', optional: true, defaultValue: false } },
        { key: 'count', shape: { kind: 'number', integer: true, optional: true } },
        { key: 'percent', shape: { kind: 'number', integer: false } },
        { key: 'how', shape: { kind: 'choice', options: ['inner', 'left'], defaultValue: 'inner' } },
        {
          key: 'by',
          shape: {
            kind: 'list',
            optional: true,
            meta: { label: 'Sort by' },
            item: {
              kind: 'object',
              fields: [{ key: 'column', shape: { meta: { meaning: 'column', port: 'left' } } }],
            },
          },
        },
        { key: 'types', shape: { kind: 'record', value: { kind: 'text' } } },
      ],
    });
  });

  it('keeps the meaning under refinements, pipes and recursion', () => {
    expect(fieldShape(sqlExpression().refine((text) => text !== 'x'))).toMatchObject({
      kind: 'text',
      meta: { meaning: 'expression' },
    });
    expect(fieldShape(z.string().transform((text) => text.length))).toMatchObject({ kind: 'text' });
    type Tree = { children: Tree[] };
    const tree: z.ZodType<Tree> = z.lazy(() => z.object({ children: z.array(tree) }));
    expect(fieldShape(tree).kind).toBe('object');
  });

  it('takes a union of words for one choice, and leaves numbers-or-text to be typed', () => {
    expect(fieldShape(z.union([z.literal('append'), z.enum(['replace', 'merge'])]))).toMatchObject({
      kind: 'choice',
      options: ['append', 'replace', 'merge'],
    });
    expect(fieldShape(z.union([z.string(), z.number()])).kind).toBe('other');
  });

  it('names fields in words and begins items with what they need', () => {
    const shape = fieldShape(
      z.object({ column: z.string(), as: z.string().optional(), function: z.enum(['count', 'sum']) }),
    );
    expect(emptyValue(shape)).toEqual({ column: '', function: 'count' });
    expect(labelOf('keepEmpty', fieldShape(z.boolean()))).toBe('Keep empty');
  });
});

import { z } from 'zod';
import { defineNode } from '../define.ts';
import { columnName, field } from '../fields.ts';

const joinKey = z.strictObject({
  left: columnName({ label: 'Left column', port: 'left' }),
  right: columnName({ label: 'Right column', port: 'right' }),
  operator: field(z.enum(['=', '<', '<=', '>', '>=', '<>', 'is not distinct from']).default('='), {
    label: 'Compare',
    help: '"is not distinct from" takes two empty values for equal; every other comparison never matches them.',
  }),
});

export const joinConfig = z
  .strictObject({
    how: field(z.enum(['inner', 'left', 'right', 'full', 'semi', 'anti', 'cross', 'asof']).default('inner'), {
      label: 'Keep',
      help: 'inner: matches; left, right, full: also rows without one; semi, anti: left rows with or without a match; cross: every pair; asof: the nearest earlier or later row.',
    }),
    on: field(z.array(joinKey).max(50).default([]), { label: 'Match on' }),
    keepUnmatched: field(z.boolean().default(false), {
      label: 'Keep left rows without a match',
      help: 'For asof.',
    }),
  })
  .superRefine(({ how, on, keepUnmatched }, context) => {
    const fault = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    if (how === 'cross' && on.length > 0) fault(['on'], 'a cross join has no keys');
    if (how !== 'cross' && on.length === 0) fault(['on'], 'choose the columns to match on');
    if (
      how === 'asof' &&
      on.filter(({ operator }) => ['<', '<=', '>', '>='].includes(operator)).length !== 1
    ) {
      fault(['on'], 'an asof join needs exactly one comparison with <, <=, > or >=');
    }
    if (
      how === 'asof' &&
      on.some(({ operator }) => operator === '<>' || operator === 'is not distinct from')
    ) {
      fault(['on'], 'an asof join takes = beside its one <, <=, > or >=');
    }
    if (how !== 'asof' && keepUnmatched) fault(['keepUnmatched'], 'belongs to asof; use how: left instead');
  });
export type JoinConfig = z.infer<typeof joinConfig>;

export const definition = defineNode<JoinConfig>({
  type: 'join',
  version: 1,
  kind: 'transform',
  title: 'Join',
  description: 'Brings two tables together by matching columns.',
  icon: 'merge',
  keywords: ['lookup', 'merge', 'left join', 'vlookup', 'match', 'enrich', 'asof'],
  config: joinConfig,
  initial: { how: 'inner', on: [{ left: '', right: '' }] },
  inputs: [
    { name: 'left', label: 'Left', required: true },
    { name: 'right', label: 'Right', required: true },
  ],
  outputs: [{ name: 'output', label: 'Rows' }],
  summary: ({ how, on }) => {
    const keys = on.map(({ left, right, operator }) =>
      left === right && operator === '=' ? left : `${left} ${operator} ${right}`,
    );
    return keys.length > 0 ? `${how} on ${keys.join(', ')}` : how;
  },
  rows: ({ how }) => (how === 'semi' || how === 'anti' ? 'fewer' : 'any'),
  order: () => 'none',
});

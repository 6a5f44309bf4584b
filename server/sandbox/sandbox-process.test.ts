import { describe, expect, it } from 'vitest';
import { heardTrouble } from './sandbox-process.ts';

const SAID = { code: 'value-not-data', message: 'No data', hint: 'Give data.', line: 2, column: 7 };

describe('trouble that a sandbox process tells', () => {
  it('is taken as it is where it is of ours', () => {
    expect(heardTrouble(SAID)).toEqual(SAID);
    expect(heardTrouble({ ...SAID, hint: null, line: null, column: null })).toEqual({
      ...SAID,
      hint: null,
      line: null,
      column: null,
    });
  });
  it.each([
    'cancelled',
    'node-timeout',
    'code-timeout',
    'internal',
    '__proto__',
    '',
    7,
    null,
    ['code-memory'],
  ])('has no code %j', (code) => {
    expect(heardTrouble({ ...SAID, code }).code).toBe('code-failed');
  });
  it('has short texts', () => {
    const { message, hint } = heardTrouble({
      ...SAID,
      message: 'm'.repeat(1_000_000),
      hint: 'h'.repeat(1_000_000),
    });
    expect([message.length, hint?.length]).toEqual([2000, 2000]);
  });
  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60, '1', {}])(
    'has no place %s',
    (place) => {
      expect(heardTrouble({ ...SAID, line: place, column: place })).toMatchObject({
        line: null,
        column: null,
      });
    },
  );
  it.each([undefined, null, 'cancelled', 7, {}, [], { message: { toString: null }, hint: [1] }])(
    'is something even of %j',
    (given) => {
      expect(heardTrouble(given)).toEqual({
        code: 'code-failed',
        message: 'The code failed.',
        hint: null,
        line: null,
        column: null,
      });
    },
  );
});
